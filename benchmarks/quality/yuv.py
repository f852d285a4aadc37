# SPDX-License-Identifier: LGPL-2.1-or-later
"""Frames in I420: arrays of 8 bits with 3/2 times the rows of the picture, which hold luma, U and V one
after the other. Width and height are multiples of 4."""

import cv2
import numpy

SIZE_STEP = 4
# Frames that differ by less than this mean square count as equal, at 88 dB.
LEAST_ERROR = 1e-4


def from_bgr(pixels):
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2YUV_I420)


def to_bgr(frame):
    return cv2.cvtColor(frame, cv2.COLOR_YUV2BGR_I420)


def cropped_to_step(pixels):
    height, width = (size // SIZE_STEP * SIZE_STEP for size in pixels.shape[:2])
    return numpy.ascontiguousarray(pixels[:height, :width])


def luma(frame):
    return frame[:frame.shape[0] * 2 // 3]


def chroma(frame):
    """Returns U and V as a view of 2 planes of half the width and height."""
    height = frame.shape[0] * 2 // 3
    return frame[height:].reshape(2, height // 2, frame.shape[1] // 2)


def joined(luma_plane, chroma_planes):
    width = luma_plane.shape[1]
    return numpy.concatenate([luma_plane.reshape(-1), chroma_planes.reshape(-1)]).reshape(-1, width)


def centre(frame, size):
    """Returns the middle of a frame. size: width and height; at most those of the frame count."""
    width, height = min(size[0], frame.shape[1]), min(size[1], luma(frame).shape[0])
    top = (luma(frame).shape[0] - height) // 2 // 2 * 2
    left = (frame.shape[1] - width) // 2 // 2 * 2
    planes = chroma(frame)[:, top // 2:(top + height) // 2, left // 2:(left + width) // 2]
    return joined(luma(frame)[top:top + height, left:left + width], planes)


def codes(values):
    """Rounds and clips."""
    return numpy.clip(numpy.rint(values), 0, 255).astype(numpy.uint8)


def psnr(a, b):
    error = numpy.mean((a.astype(numpy.float64) - b) ** 2)
    return float(10 * numpy.log10(255 ** 2 / max(LEAST_ERROR, error)))


def write_y4m(path, frames):
    height, width = luma(frames[0]).shape
    with open(path, "wb") as out:
        out.write(f"YUV4MPEG2 W{width} H{height} F25:1 Ip A1:1 C420jpeg\n".encode("ascii"))
        for frame in frames:
            out.write(b"FRAME\n" + frame.tobytes())


def read_raw(path, like):
    """Reads frames without padding. like: a frame of their size."""
    return list(numpy.fromfile(path, numpy.uint8).reshape(-1, *like.shape))
