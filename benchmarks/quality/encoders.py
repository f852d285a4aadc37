# SPDX-License-Identifier: LGPL-2.1-or-later
"""FFmpeg's encoders and filters, on frames in I420."""

import pathlib
import subprocess
import tempfile

import yuv

RAW = "raw"
# A coding is RAW, or the name of an encoder, a colon and its quality.
ENCODERS = {
    "x264": ("-c:v", "libx264", "-preset", "veryfast", "-crf"),
    "x265": ("-c:v", "libx265", "-preset", "veryfast", "-x265-params", "log-level=error", "-crf"),
    "mjpeg": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v"),
}


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *arguments], check=True)


def coded(frames, coding):
    """Returns the frames after an encoder and its decoder."""
    if coding == RAW:
        return frames
    name, quality = coding.split(":")
    with tempfile.TemporaryDirectory() as folder:
        before, file, after = (pathlib.Path(folder) / part for part in ("in.y4m", "c.mkv", "out.raw"))
        yuv.write_y4m(before, frames)
        ffmpeg("-i", before, *ENCODERS[name], quality, file)
        # Newer versions of ffmpeg keep the full range of MJPEG otherwise.
        ffmpeg("-i", file, "-vf", "scale=out_range=tv", "-f", "rawvideo", "-pix_fmt", "yuv420p", after)
        return yuv.read_raw(after, frames[0])


def filtered(frames, graph):
    """Returns the frames after a filter graph."""
    with tempfile.TemporaryDirectory() as folder:
        before, after = pathlib.Path(folder) / "in.y4m", pathlib.Path(folder) / "out.raw"
        yuv.write_y4m(before, frames)
        ffmpeg("-i", before, "-lavfi", graph, "-f", "rawvideo", "-pix_fmt", "yuv420p", after)
        return yuv.read_raw(after, frames[0])
