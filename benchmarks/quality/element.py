# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sends frames through the element denoiseae, in this process."""

import pathlib
import tempfile

import gi
import numpy

gi.require_version("Gst", "1.0")
from gi.repository import Gst

# This must come before any import of cv2. The import loads the C++ library, which would then unwind
# exceptions with another library than the plugins of GStreamer, and the first error would end the
# process.
Gst.init(None)

import yuv  # noqa: E402  it imports cv2

# The rows of GStreamer's frames have no padding when the width is a multiple of this.
ALIGN = 4


class ElementError(Exception):
    pass


def aligned(frames):
    """Drops the columns at the right that would make rows need padding."""
    return numpy.ascontiguousarray(frames[:, :, :frames.shape[2] // ALIGN * ALIGN])


def run(line, settings):
    """Runs a pipeline with an element of the name "element". Returns the levels that it posts."""
    pipeline = Gst.parse_launch(line)
    for name, value in settings.items():
        Gst.util_set_object_arg(pipeline.get_by_name("element"), name, str(value))
    pipeline.set_state(Gst.State.PLAYING)
    levels = []
    try:
        while True:
            message = pipeline.get_bus().timed_pop_filtered(
                Gst.CLOCK_TIME_NONE,
                Gst.MessageType.EOS | Gst.MessageType.ERROR | Gst.MessageType.ELEMENT)
            if message.type == Gst.MessageType.ERROR:
                raise ElementError(message.parse_error()[0].message)
            if message.type == Gst.MessageType.EOS:
                return levels
            if message.get_structure().get_name() == "denoiseae":
                levels.append(message.get_structure().get_double("noise-level")[1])
    finally:
        pipeline.set_state(Gst.State.NULL)


def denoised(frames, model, precision="auto"):
    """Returns the denoised frames and the estimated levels, one for each frame but the first. frames:
    gray or BGR, 8 bit; their width must be a multiple of ALIGN."""
    count, height, width = frames.shape[:3]
    if width % ALIGN:
        raise ElementError(f"the width must be a multiple of {ALIGN}, found {width}")
    video_format = "bgr" if frames.ndim == 4 else "gray8"
    with tempfile.TemporaryDirectory() as name:
        before, after = pathlib.Path(name) / "in", pathlib.Path(name) / "out"
        frames.tofile(before)
        # The element posts the level once a second of running time, which is once a frame here.
        levels = run(
            f"filesrc location={before} ! rawvideoparse format={video_format} width={width} "
            f"height={height} framerate=1/1 ! denoiseae name=element post-messages=true ! "
            f"filesink location={after}", {"model": model, "precision": precision})
        result = numpy.fromfile(after, numpy.uint8)
    if result.size != frames.size or len(levels) != count - 1:
        raise ElementError(f"the element gave {result.size} bytes and {len(levels)} levels for "
                           f"{count} frames of {frames.size} bytes")
    return result.reshape(frames.shape), levels


def denoised_i420(frames, settings):
    """Returns the denoised frames. frames: a list of I420 (yuv.py). settings: values of the element's
    properties by name."""
    height, width = frames[0].shape[0] * 2 // 3, frames[0].shape[1]
    with tempfile.TemporaryDirectory() as name:
        before, after = pathlib.Path(name) / "in.y4m", pathlib.Path(name) / "out"
        yuv.write_y4m(before, frames)
        run(f"filesrc location={before} ! y4mdec ! denoiseae name=element ! "
            f"video/x-raw,format=I420 ! filesink location={after}", settings)
        raw = numpy.fromfile(after, numpy.uint8)
    # GStreamer pads the rows of chroma.
    stride = (width // 2 + ALIGN - 1) // ALIGN * ALIGN
    size = height * (width + stride)
    if raw.size != size * len(frames):
        raise ElementError(f"the element gave {raw.size} bytes for {len(frames)} frames of {size}")
    return [yuv.joined(frame[:height * width].reshape(height, width),
                       frame[height * width:].reshape(height, stride)[:, :width // 2])
            for frame in raw.reshape(-1, size)]


def denoised_raw(frames, size, video_format, colorimetry, settings):
    """Returns the denoised frames, and the estimated levels, one for each frame but the first. frames:
    arrays of all samples of a frame. size: width and height; rows have no padding where the width is
    a multiple of 8 samples."""
    width, height = size
    with tempfile.TemporaryDirectory() as name:
        before, after = pathlib.Path(name) / "in", pathlib.Path(name) / "out"
        numpy.stack(frames).tofile(before)
        levels = run(
            f"filesrc location={before} ! rawvideoparse format={video_format} width={width} "
            f"height={height} framerate=1/1 ! "
            f"capssetter caps=video/x-raw,colorimetry={colorimetry} ! "
            f"denoiseae name=element post-messages=true ! filesink location={after}", settings)
        result = numpy.fromfile(after, frames[0].dtype)
    if result.size != frames[0].size * len(frames):
        raise ElementError(f"the element gave {result.size} samples for {len(frames)} frames of "
                           f"{frames[0].size}")
    return list(result.reshape(len(frames), -1)), levels


def code_files():
    """Returns the files of the element's code: the plugin and the library."""
    if Gst.ElementFactory.make("denoiseae") is None:
        raise ElementError("there is no element denoiseae; run this by ./dev run")
    maps = pathlib.Path("/proc/self/maps").read_text(encoding="utf-8")
    return sorted({line.split()[-1] for line in maps.splitlines() if "denoiseae" in line})
