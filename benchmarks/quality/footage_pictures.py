# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes the pictures of the page: of some scenes the input, the denoised and the clean frame."""

import element  # before cv2, as it asks
import cv2
import numpy

import footage
import scenes
import yuv

WIDTH, HEIGHT = 264, 208
GAP = 4
QUALITIES = (92, 85, 75)  # JPEG qualities; the first that is small enough is taken
MAX_BYTES = 100_000

# Title of the scene, or ISO and coding; the clip; the frame; the middle of what is shown, as shares of
# width and height.
SHOWN = (
    ("noise in the lower half", "derf_foreman_cif", 11, (0.45, 0.5)),
    ("black bars", "davis_breakdance", 12, (0.5, 0.2)),
    ("noise jumps from 4 to 20", "davis_kite-surf", 9, (0.5, 0.5)),
    ("every frame twice", "davis_car-roundabout", 13, (0.5, 0.5)),
    ("fade to black", "davis_horsejump-high", 8, (0.5, 0.4)),
    ("after a flash", "derf_foreman_cif", 9, (0.45, 0.45)),
    ("rolling lamp", "davis_car-roundabout", 12, (0.4, 0.5)),
    ("noise of rows", "derf_tennis_sif", 12, (0.5, 0.5)),
    ("scrolling text", "derf_foreman_cif", 12, (0.5, 0.5)),
    ((6400, "raw"), "davis_breakdance", 12, (0.5, 0.5)),
    ((6400, "x264:23"), "derf_foreman_cif", 12, (0.45, 0.45)),
    ((6400, "mjpeg:6"), "davis_kite-surf", 12, (0.5, 0.5)),
)


def name_of(what):
    if isinstance(what, tuple):
        what = "camera-" + what[1]
    return what.replace(" ", "-").replace(":", "-") + ".jpg"


def cropped(frame, middle):
    """Returns a part of an I420 frame in BGR, as near to the middle as the frame allows."""
    pixels = yuv.to_bgr(frame)
    starts = [int(numpy.clip(share * size - length / 2, 0, max(0, size - length)))
              for share, size, length in zip(middle, pixels.shape[1::-1], (WIDTH, HEIGHT))]
    return pixels[starts[1]:starts[1] + HEIGHT, starts[0]:starts[0] + WIDTH]


def side_by_side(frames, middle):
    parts = [cropped(frame, middle) for frame in frames]
    gap = numpy.full((parts[0].shape[0], GAP, 3), 255, numpy.uint8)
    return numpy.hstack([part for frame in parts for part in (frame, gap)][:-1])


def write(path, pixels):
    """Writes a picture of less than MAX_BYTES."""
    for quality in QUALITIES:
        _, text = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if len(text) < MAX_BYTES:
            path.write_bytes(text.tobytes())
            return
    raise scenes.SceneError(f"{path} has {len(text)} bytes, {MAX_BYTES} at most")


def make(folder, clips, weights):
    """Writes the pictures of the clips that are there. Yields a text and the name of the file."""
    folder.mkdir(parents=True, exist_ok=True)
    by_name = {clip.name: clip for clip in clips}
    for what, clip, frame, middle in SHOWN:
        if clip not in by_name:
            continue
        is_camera = isinstance(what, tuple)
        take = (footage.camera_take(by_name[clip], *what) if is_camera
                else footage.scene_take(by_name[clip], what))
        scene = take.scene
        made = element.denoised_i420(scene.noisy, {"model": weights})
        write(folder / name_of(what), side_by_side(
            [frames[frame] for frames in (scene.noisy, made, scene.clean)], middle))
        title = footage.targets.cell_name(*what) if is_camera else what
        yield f"{title}, frame {frame} of {clip}", name_of(what)
