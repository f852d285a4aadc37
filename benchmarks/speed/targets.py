# SPDX-License-Identifier: LGPL-2.1-or-later
"""THE table of how fast and how small the library must be, with the model balanced on two threads."""

from verdicts import Target

RATE = "rate"
RATIO = "ratio"
PEAK = "peak"
PIPELINE = "pipeline"
CONTENDED = "contended"
MEMORY = "memory"
FIRST = "first"
LIVE = "live"
FILTERS = "filters"

TITLES = {
    RATE: "Frames per second of the library alone: I420, estimated noise level, moving content",
    RATIO: "Speed of the network / that of LibTorch in float32 at its best number of threads",
    PEAK: "One thread: convolutions against the peak in registers, and share of the time outside them",
    PIPELINE: "Speed of a pipeline from files to fakesink / that of the library alone",
    CONTENDED: "With another thread at full load",
    LIVE: "A live source of 60 frames a second, model=auto",
    MEMORY: "Memory held at 1920x1080",
    FIRST: "Time of the first frame / that of the median frame",
    FILTERS: "Speed of sharpen3x3, 1920x1080, one thread",
}

VGA, HD, FULL_HD = "640x480", "1280x720", "1920x1080"
PRECISIONS = ("float32", "bfloat16", "int8")

TARGETS = [
    *(Target(RATE, precision, HD, ">=", limit, "fps")
      for precision, limit in zip(PRECISIONS, (18, 35, 70))),
    Target(RATE, "int8", FULL_HD, ">=", 30, "fps"),
    Target(RATIO, "float32", HD, ">=", 1.5, "x"),
    Target(RATIO, "int8", HD, ">=", 6, "x"),
    *(Target(PEAK, precision, "convolutions / peak", ">=", 0.8, "") for precision in PRECISIONS),
    *(Target(PEAK, precision, "time outside them", "<=", 0.25, "") for precision in PRECISIONS),
    *(Target(PIPELINE, precision, HD, ">=", 0.93, "") for precision in PRECISIONS),
    *(target for precision in PRECISIONS
      for target in (Target(CONTENDED, precision, "rate / idle rate", ">=", 0.45, ""),
                     Target(CONTENDED, precision, "slowest / median frame", "<=", 4, ""))),
    *(target for size in (VGA, HD, FULL_HD)
      for target in (Target(LIVE, size, "shown / rate of the model alone", ">=", 0.9, ""),
                     Target(LIVE, size, "late / shown", "<=", 0.05, ""),
                     Target(LIVE, size, "frames averaged", ">", 5, ""),
                     Target(LIVE, size, "error of the latency told", "<=", 0.2, ""))),
    Target(MEMORY, "float32", "buffers and weights", "<=", 160, "MiB"),
    Target(MEMORY, "int8", "buffers and weights", "<=", 48, "MiB"),
    *(Target(FIRST, precision, HD, "<=", 3, "x") for precision in PRECISIONS),
    Target(FILTERS, "sharpen3x3", "speed / memcpy's", ">=", 0.5, ""),
    Target(FILTERS, "sharpen3x3", "speed / FFmpeg's convolution", ">", 1, "x"),
]
