# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sends frames through the element denoiseae, which estimates the noise level."""

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

# The rows of GStreamer's frames have no padding when the width is a multiple of this.
ALIGN = 4


class ElementError(Exception):
    pass


def aligned(frames):
    """Drops the columns at the right that would make rows need padding."""
    return numpy.ascontiguousarray(frames[:, :, :frames.shape[2] // ALIGN * ALIGN])


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
        pipeline = Gst.parse_launch(
            f"filesrc location={before} ! rawvideoparse format={video_format} width={width} "
            f"height={height} framerate=1/1 ! denoiseae name=element post-messages=true ! "
            f"filesink location={after}")
        pipeline.get_by_name("element").set_property("model", str(model))
        Gst.util_set_object_arg(pipeline.get_by_name("element"), "precision", precision)
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
                    break
                if message.get_structure().get_name() == "denoiseae":
                    levels.append(message.get_structure().get_double("noise-level")[1])
        finally:
            pipeline.set_state(Gst.State.NULL)
        result = numpy.fromfile(after, numpy.uint8)
    if result.size != frames.size or len(levels) != count - 1:
        raise ElementError(f"the element gave {result.size} bytes and {len(levels)} levels for "
                           f"{count} frames of {frames.size} bytes")
    return result.reshape(frames.shape), levels
