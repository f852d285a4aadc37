#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Denoises y4m from standard input to standard output.

    ffmpeg -i in.mkv -f yuv4mpegpipe -strict -1 - | denoise_y4m.py | ffmpeg -i - out.mkv
"""

import argparse
import sys

import denoiseae
import numpy as np

# How y4m names a layout: the library's name, whether chroma is halved in width and height, bytes of a sample.
LAYOUTS = {"mono": ("GRAY8", None, 1)}
for bits, suffix, size in ((8, "", 1), (10, "p10", 2), (12, "p12", 2)):
    tail = f"_{bits}LE" if bits > 8 else ""
    LAYOUTS["420" + suffix] = (f"I420{tail}", (1, 1), size)
    LAYOUTS["422" + suffix] = ("Y42B" if bits == 8 else f"I422{tail}", (1, 0), size)
    LAYOUTS["444" + suffix] = (f"Y444{tail}", (0, 0), size)
for place in ("jpeg", "mpeg2", "paldv"):
    LAYOUTS["420" + place] = LAYOUTS["420"]


def fail(message):
    sys.exit(f"denoise_y4m: {message}")


def read_header(file):
    """Returns the header line, and from it the layout and the shapes of the planes."""
    line = file.readline()
    words = line.split()
    if not words or words[0] != b"YUV4MPEG2":
        fail("standard input is no y4m")
    tokens = {word[:1].decode(): word[1:].decode() for word in words[1:]}
    colour = tokens.get("C", "420")
    if colour not in LAYOUTS:
        fail(f"expected one of the layouts {', '.join(sorted(LAYOUTS))}, found {colour}")
    if tokens.get("I", "p") not in "p?":
        fail("the frames are interlaced; the element denoiseae of GStreamer takes them")
    width, height = int(tokens["W"]), int(tokens["H"])
    name, halved, size = LAYOUTS[colour]
    shapes = [(height, width)]
    if halved is not None:
        shapes += 2 * [((height + halved[1]) >> halved[1], (width + halved[0]) >> halved[0])]
    return line, name, shapes, np.uint8 if size == 1 else np.dtype("<u2")


def main():
    parser = argparse.ArgumentParser(description="Denoises y4m from standard input to standard output.")
    parser.add_argument("--model", default="balanced", help="name or file of the weights (balanced)")
    parser.add_argument("--strength", type=float, default=1, help="0 to 2; values above 1 smooth more (1)")
    parser.add_argument("--noise-level", type=float,
                        help="standard deviation of the noise in 8-bit codes; without it, it is estimated")
    options = parser.parse_args()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    line, name, shapes, dtype = read_header(source)
    denoiser = denoiseae.Denoiser(options.model, strength=options.strength, noise_level=options.noise_level)
    sink.write(line)
    frame_bytes = sum(height * width for height, width in shapes) * np.dtype(dtype).itemsize
    while mark := source.readline():
        data = source.read(frame_bytes)
        if not mark.startswith(b"FRAME") or len(data) != frame_bytes:
            fail("standard input ends in the middle of a frame")
        samples, planes = np.frombuffer(data, dtype), []
        for height, width in shapes:
            planes.append(samples[:height * width].reshape(height, width))
            samples = samples[height * width:]
        denoised = denoiser(planes[0] if len(planes) == 1 else tuple(planes), format=name)
        sink.write(mark)
        for plane in [denoised] if len(planes) == 1 else denoised:
            sink.write(plane.tobytes())
    sink.flush()


if __name__ == "__main__":
    try:
        main()
    except (denoiseae.Error, OSError) as error:
        fail(error)
