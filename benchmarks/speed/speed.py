#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Times the library against its targets (targets.py), at each level of instructions that the processor
has. The machine must do nothing else."""

import argparse
import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import before
import compare_trees
import ffmpeg_filters
import levels
import neon
import performance_page
import plots
import targets
import threads
import verdicts
from product import Product
from programs import THIS, Effort, Programs

ROOT = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class Part:
    """A part of the measurement, and the sections of targets that it measures."""
    sections: tuple
    measure: typing.Callable  # bench -> None, or pairs of keys and values
    judge: typing.Callable = lambda lines: ()  # lines -> pairs of keys and values
    wanted: typing.Callable = lambda lines: ()  # lines -> targets that depend on the processor


def fixed(name, *sections):
    """Returns a part whose targets do not depend on the processor."""
    return Part(sections, lambda bench: getattr(bench.product, name)(),
                wanted=lambda lines: [target for target in targets.TARGETS if target.section in sections])


def of_each(*functions):
    """Returns a function that yields what these do."""
    return lambda lines: (found for function in functions for found in function(lines))


PARTS = {
    "levels": Part((targets.PEAK, targets.FAST, targets.OUTSIDE),
                   lambda bench: levels.measure(bench.programs, THIS),
                   of_each(levels.judge_shares, levels.judge_fast, levels.judge_outside),
                   of_each(levels.share_targets, levels.fast_targets, levels.outside_targets)),
    "before": Part((targets.ONEDNN, targets.AROUND, targets.BEFORE),
                   lambda bench: before.measure(bench.programs, bench.old_tree()), before.judge,
                   before.wanted),
    "threads": Part((targets.THREADS,), lambda bench: threads.measure(bench.programs), threads.judge,
                    threads.wanted),
    "ffmpeg": Part((targets.FFMPEG,),
                   lambda bench: ffmpeg_filters.measure(bench.programs, bench.product.frames(targets.HD),
                                                        bench.options.short),
                   ffmpeg_filters.judge, ffmpeg_filters.wanted),
    "neon": Part((targets.NEON,), lambda bench: neon.measure(bench.programs, ROOT), neon.judge, neon.wanted),
    "rates": fixed("rates", targets.RATE, targets.MEMORY, targets.FIRST),
    "torch": fixed("networks", targets.RATIO),
    "pipeline": fixed("pipeline", targets.PIPELINE),
    "contended": fixed("contended", targets.CONTENDED),
    "live": fixed("live", targets.LIVE),
    "sharpen": fixed("filters", targets.FILTERS),
}


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.programs = Programs(Effort.of(options.short))
        self.product = Product(options, scratch, self.programs.lines)

    def old_tree(self):
        return before.tree(before.build(ROOT), ROOT)

    def rows(self):
        """Measures the parts, and returns what they are judged by."""
        wanted, found = [], {}
        for name in self.options.parts:
            print(f"{name} ...", file=sys.stderr, flush=True)
            part = PARTS[name]
            self.programs.peaks()
            found.update(part.measure(self) or ())
            found.update(part.judge(self.programs.lines))
            wanted += part.wanted(self.programs.lines)
        return verdicts.judge(wanted, found)


def read_options():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--model", default="balanced",
                        help="name or path of the weights of streams, pipelines and sizes")
    parser.add_argument("--before", action="store_true",
                        help=f"compare with commit {before.COMMIT}, which is built in out/before the "
                        "first time and needs oneDNN and OpenMP")
    parser.add_argument("--short", action="store_true",
                        help="few frames, and no page; for trying this command")
    parser.add_argument("--page", action="store_true",
                        help="write docs/performance.md with --short or --parts, too")
    parser.add_argument("--parts", type=lambda text: text.split(","),
                        help="of " + ",".join(PARTS) + "; default: all, before only with --before")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out" / "speed",
                        help="for results.csv and results.jsonl; default: out/speed")
    options = parser.parse_args()
    options.page = options.page or not (options.short or options.parts)
    if options.parts is None:
        options.parts = list(PARTS)
        if not options.before:
            options.parts.remove("before")
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    options.out.mkdir(parents=True, exist_ok=True)
    return options


def main():
    options = read_options()
    with tempfile.TemporaryDirectory(dir=options.out) as scratch:
        bench = Bench(options, pathlib.Path(scratch))
        rows = bench.rows()
    lines = bench.programs.lines
    verdicts.write_csv(options.out / "results.csv", rows)
    (options.out / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    if options.page:
        performance_page.write(ROOT, rows, lines, options.short, before.COMMIT)
    print(verdicts.as_text(rows, targets.TITLES))
    print(f"Levels that this processor lacks: {', '.join(levels.Levels.of(lines).lacking)}")


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"speed: {error.cmd[0]} failed; see its message above")
    except (OSError, compare_trees.CompareError, plots.PlotError) as error:
        sys.exit(f"speed: {error}")
