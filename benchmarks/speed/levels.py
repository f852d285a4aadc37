# SPDX-License-Identifier: LGPL-2.1-or-later
"""The levels of instructions, and what they are compared by: the peak of each, the convolutions and the
frames of fast and balanced."""

import dataclasses

import targets
from verdicts import Measured, Target

# As DENOISEAE_MAX_ISA spells them, in the order of the processors that have them.
LEVELS = ("scalar", "sse41", "avx2", "avx_vnni", "avx512", "avx512_vnni", "avx512_bf16", "amx", "neon",
          "neon_dot", "neon_bf16", "neon_i8mm")
MODELS = ("fast", "balanced")


@dataclasses.dataclass(frozen=True)
class Levels:
    """The levels that a processor has. A precision is measured at those that have instructions of their
    own for it, and at the highest: an int8 network has convolutions of other precisions, too."""
    peaks: dict  # GMAC/s of one thread by level and precision

    @classmethod
    def of(cls, lines):
        found = {(line["level"], line["precision"]): line["gmacs_per_s"] for line in lines
                 if line["kind"] == "peak"}
        return cls(dict(sorted(found.items(), key=lambda item: LEVELS.index(item[0][0]))))

    @property
    def names(self):
        return list(dict.fromkeys(level for level, _ in self.peaks))

    def at(self, level):
        """Returns the precisions that are measured at a level."""
        return list(dict.fromkeys(precision for other, precision in self.peaks
                                  if level in (other, self.highest)))

    @property
    def lacking(self):
        return [level for level in LEVELS if level not in self.names]

    @property
    def highest(self):
        return self.names[-1]

    @property
    def best(self):
        """Returns the level at which each precision is fastest, by precision."""
        return {precision: self.highest for _, precision in self.peaks}


def select(lines, kind, **wanted):
    """Returns the lines of a kind that hold what is wanted."""
    return [line for line in lines if line["kind"] == kind and wanted.items() <= line.items()]


def one(lines, kind, **wanted):
    """Returns the one line that holds what is wanted, or None."""
    found = select(lines, kind, **wanted)
    return found[0] if found else None


def fastest(lines, kind, by="median_ms", **wanted):
    """Returns the line with the shortest time, or None."""
    return min(select(lines, kind, **wanted), key=lambda line: line[by], default=None)


def measure(programs, tree):
    """Measures each level that the processor has, in one thread."""
    programs.peaks()
    found = Levels.of(programs.lines)
    for level in found.names:
        for model in MODELS:
            programs.networks(tree, model, level, found.at(level))
            for precision in found.at(level):
                programs.frame(tree, model, precision, 1, level)


def slowest_layer(line):
    layer = min(line["layers"], key=lambda layer: layer["gmacs_per_s"], default=None)
    return "" if layer is None else f"; least {layer['gmacs_per_s']:.0f} in {layer['name']}"


def share_targets(lines):
    for level, precision in Levels.of(lines).peaks:
        for model in MODELS:
            limit = targets.peak_share(level, precision)
            yield Target(targets.PEAK, f"{level}, {precision}", f"{model} / peak",
                         ">=" if model == "balanced" and level != "scalar" else "", limit, "")


def judge_shares(lines):
    """Yields the share that the convolutions have of the peak of their level."""
    for (level, precision), peak in Levels.of(lines).peaks.items():
        for model in MODELS:
            line = one(lines, "network", tree="this", model=model, level=level, precision=precision)
            if line is not None:
                reached = line["gmacs"] / line["convolution_ms"] * 1000
                yield (targets.PEAK, f"{level}, {precision}", f"{model} / peak"), Measured(
                    reached / peak, f"{reached:.0f} of {peak:.0f} GMAC/s{slowest_layer(line)}")


def fast_targets(lines):
    for level, precision in Levels.of(lines).peaks:
        subject = f"{level}, {precision}"
        yield Target(targets.FAST, subject, "convolutions", ">=", 2.5, "x")
        yield Target(targets.FAST, subject, "whole frame", ">=", 2.3 if precision == "float32" else 1.8,
                     "x")


def judge_fast(lines):
    """Yields how many times as fast as balanced fast is."""
    for level, precision in Levels.of(lines).peaks:
        for what, kind, time, more in (
                ("convolutions", "network", "convolution_ms", {}),
                ("whole frame", "frame", "median_ms", {"asked_threads": 1})):
            fast, balanced = (one(lines, kind, tree="this", model=model, level=level,
                                  precision=precision, **more) for model in MODELS)
            if fast and balanced:
                yield (targets.FAST, f"{level}, {precision}", what), Measured(
                    balanced[time] / fast[time], f"{balanced[time]:.1f} ms, {fast[time]:.1f} ms")


def outside(line):
    """Returns the milliseconds of a frame of this tree that are not convolutions."""
    return line["median_ms"] - line["parts_ms"]["convolutions"]


def outside_targets(lines):
    for precision in Levels.of(lines).best:
        yield Target(targets.OUTSIDE, precision, "balanced", "<=", 0.25, "")


def judge_outside(lines):
    for precision, level in Levels.of(lines).best.items():
        line = one(lines, "frame", tree="this", model="balanced", level=level, precision=precision,
                   asked_threads=1)
        if line is not None:
            yield (targets.OUTSIDE, precision, "balanced"), Measured(
                outside(line) / line["median_ms"],
                f"{outside(line):.1f} of {line['median_ms']:.1f} ms")
