# SPDX-License-Identifier: LGPL-2.1-or-later
"""THE table of how fast and how small the library must be. Sections that depend on the processor have
their targets beside what measures them."""

from verdicts import Target

PEAK = "peak"
FAST = "fast"
OUTSIDE = "outside"
THREADS = "threads"
ONEDNN = "onednn"
AROUND = "around"
BEFORE = "before"
NEON = "neon"
FFMPEG = "ffmpeg"
RATE = "rate"
RATIO = "ratio"
PIPELINE = "pipeline"
CONTENDED = "contended"
MEMORY = "memory"
FIRST = "first"
LIVE = "live"
FILTERS = "filters"

TITLES = {
    PEAK: "Convolutions of one thread / peak of multiply-accumulates in registers, at each level",
    FAST: "Speed of fast / that of balanced, one thread",
    OUTSIDE: "One thread: share of the time outside the convolutions",
    THREADS: "Speed of whole frames with two threads / that with one",
    ONEDNN: "Speed of the convolutions / that before, oneDNN held to the same level, one thread",
    AROUND: "Time around the convolutions / that before, one thread",
    BEFORE: "Speed of whole frames / that before, two threads, each at its best precision",
    NEON: "NEON, compiled and emulated: share of the instructions that multiply and accumulate",
    FFMPEG: "Time of a frame in one thread: models at their best precision, and FFmpeg's filters",
    RATE: "Frames per second of the library alone: I420, estimated noise level, moving content",
    RATIO: "Speed of the network / that of LibTorch in float32 at its best number of threads",
    PIPELINE: "Speed of a pipeline from files to fakesink / that of the library alone",
    CONTENDED: "With another thread at full load",
    LIVE: "A live source of 60 frames a second, model=auto",
    MEMORY: "Sizes: at 1920x1080 what is held and the time to configure it; the file of the library",
    FIRST: "Time of the first frame / that of the median frame",
    FILTERS: "Speed of sharpen3x3, 1920x1080, one thread",
}

VGA, HD, FULL_HD = "640x480", "1280x720", "1920x1080"
PRECISIONS = ("float32", "bfloat16", "int8")
MODELS = ("fast", "balanced", "high")


def peak_share(level, precision):
    """Returns the least share of the peak that the convolutions of balanced must have."""
    if precision == "int8":
        return 0.6
    return 0.4 if level == "amx" else 0.75


TARGETS = [
    *(Target(RATE, precision, HD, ">=", limit, "fps")
      for precision, limit in zip(PRECISIONS, (18, 35, 70))),
    Target(RATE, "int8", FULL_HD, ">=", 30, "fps"),
    Target(RATIO, "float32", HD, ">=", 1.5, "x"),
    Target(RATIO, "int8", HD, ">=", 6, "x"),
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
    Target(MEMORY, "int8", "buffers and weights", "<=", 45, "MiB"),
    Target(MEMORY, "int8", "time to configure", "<=", 20, "ms"),
    Target(MEMORY, "library", "file", "<=", 3, "MB"),
    *(Target(FIRST, precision, HD, "<=", 3, "x") for precision in PRECISIONS),
    Target(FILTERS, "sharpen3x3", "speed / memcpy's", ">=", 0.5, ""),
    Target(FILTERS, "sharpen3x3", "speed / FFmpeg's convolution", ">", 1, "x"),
]
