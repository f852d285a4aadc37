# SPDX-License-Identifier: LGPL-2.1-or-later
"""The time of a frame by the number of threads."""

import os

import targets
from levels import Levels, one
from programs import THIS
from verdicts import Measured, Target

MODELS = ("fast", "balanced")


def numbers():
    """Returns 1, 2, 4 and so on, up to the processors that this process may use, which are the last."""
    cores = len(os.sched_getaffinity(0))
    return sorted({cores, *(2 ** i for i in range(cores.bit_length()))})


def measure(programs):
    for precision, level in Levels.of(programs.lines).best.items():
        for threads in numbers():
            for model in MODELS:
                programs.frame(THIS, model, precision, threads, level)


def frame(lines, model, precision, threads):
    return one(lines, "frame", tree="this", model=model, precision=precision, asked_threads=threads,
               level=Levels.of(lines).best[precision])


def wanted(lines):
    for precision in Levels.of(lines).best:
        for model in MODELS:
            yield Target(targets.THREADS, precision, model, ">=", 1.8, "x")


def judge(lines):
    for precision in Levels.of(lines).best:
        for model in MODELS:
            one_thread, two = (frame(lines, model, precision, threads) for threads in (1, 2))
            if one_thread and two:
                yield (targets.THREADS, precision, model), Measured(
                    one_thread["median_ms"] / two["median_ms"],
                    f"{one_thread['median_ms']:.1f} ms, {two['median_ms']:.1f} ms")


def curves(lines):
    """Returns pairs of threads and milliseconds by the name of a curve."""
    found = {}
    for model in MODELS:
        for precision in Levels.of(lines).best:
            points = [(number, line["median_ms"]) for number in numbers()
                      if (line := frame(lines, model, precision, number))]
            if points:
                found[f"{model}, {precision}"] = points
    return found
