#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what this tree puts out with what another built tree does: ends with 1 where a byte differs."""

import argparse
import difflib
import json
import os
import pathlib
import re
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared" / "data"
PARTS = ("checksum", "eval", "training")
FORMATS = ("I420", "BGR", "Y42B", "Y444")
PRECISIONS = ("float32", "bfloat16", "int8")
DATE = re.compile(rb'(\\"date\\":\s*\\")[^"\\]*')


class CompareError(Exception):
    pass


def moved(variables, old, new):
    """Returns the environment for another tree. LD_LIBRARY_PATH matters most: with that of this tree,
    the programs of the other would run on this tree's library."""
    return {name: value.replace(f"{old}/", f"{new}/") for name, value in variables.items()}


class Tree:
    def __init__(self, path):
        self.path = path.resolve()
        self.variables = moved(os.environ, ROOT, self.path)

    def run(self, program, *arguments, check=True):
        found = shutil.which(program, path=self.variables["PATH"])
        if not found or not pathlib.Path(found).is_relative_to(self.path):
            raise CompareError(f"{self.path} has built no {program}; see benchmarks/README.md")
        done = subprocess.run([found, *map(str, arguments)], env=self.variables, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        if check and done.returncode != 0:
            raise CompareError(f"{found} {' '.join(map(str, arguments))} failed:\n{done.stderr}")
        return done


def changed_lines(theirs, ours):
    """Returns the lines that only one of two texts has: "-" before theirs, "+" before ours."""
    return [line for line in difflib.unified_diff(theirs.splitlines(), ours.splitlines(), n=0,
                                                  lineterm="")
            if line[:1] in "+-" and not line.startswith(("---", "+++"))]


def without_date(content):
    """Returns a weights file without the day of its training, which may be another one."""
    return DATE.sub(rb"\1", content)


def changed_files(theirs, ours):
    """Returns the names of the files that two folders do not share, byte for byte."""
    def contents(folder):
        return {path.relative_to(folder).as_posix(): without_date(path.read_bytes())
                for path in folder.rglob("*") if path.is_file()}

    theirs, ours = contents(theirs), contents(ours)
    return sorted(name for name in theirs.keys() | ours.keys() if theirs.get(name) != ours.get(name))


class Report:
    def __init__(self):
        self.differences = 0

    def add(self, what, lines):
        self.differences += len(lines)
        print(f"{what}: {f'{len(lines)} differ' if lines else 'equal'}", flush=True)
        for line in lines:
            print(f"  {line}", flush=True)


def compare_checksums(ours, theirs, threads, report):
    theirs, ours = (tree.run("denoiseae-bench-checksum", "--threads", threads).stdout
                    for tree in (theirs, ours))
    report.add(f"checksums of {len(ours.splitlines())} cases", changed_lines(theirs, ours))


def evaluations():
    """Yields a name, the path of data below DATA, and options of denoiseae-eval."""
    models = [word for name in ("fast", "balanced", "high", "paper-fer2013", "unet-mnist")
              for word in ("--model", name)]
    gaussian = ["--noise", "gaussian:25"]
    float32 = [*models, "--precision", "float32"]
    for clip in ([], ["--clip"]):
        for level in ("given", "blind"):
            yield (" ".join(["Set12", level, *clip]), "photos/test/Set12",
                   [*float32, *gaussian, *clip, "--noise-level", level])
    yield ("Set12 int8", "photos/test/Set12",
           ["--model", "balanced", "--precision", "int8", *gaussian, "--clip"])
    yield ("Kodak24 BGR", "photos/test/Kodak24",
           [*float32, "--noise", "poisson-gaussian:20", "--limit", 2, "--noise-level", "blind"])
    yield ("tennis", "video/test/derf_tennis_sif",
           ["--model", "fast", "--model", "balanced", "--precision", "float32", *gaussian, "--clip",
            "--noise-level", "blind", "--temporal", "both", "--kind", "frames"])
    yield ("MNIST", "mnist", ["--model", "paper-mnist", "--model", "unet-mnist", "--noise",
                              "coefficient", "--kind", "mnist", "--limit", 100])


def compare_evaluations(ours, theirs, scratch, report):
    for number, (name, data, options) in enumerate(evaluations()):
        if not (DATA / data).exists():
            print(f"eval {name}: skipped, {DATA / data} is not there")
            continue
        folders = []
        for side, tree in (("theirs", theirs), ("ours", ours)):
            folder = scratch / f"eval{number}" / side
            folder.mkdir(parents=True)
            # One thread does not wait for another where the machine does other things, too.
            tree.run("denoiseae-eval", "--data", DATA / data, *options, "--threads", 1, "--csv",
                     folder / "results.csv", "--write-frames", folder / "frames")
            folders.append(folder)
        report.add(f"eval {name}", changed_files(*folders))


def write_png(path, width, height, color):
    """Writes what the function color returns for x, y: three bytes."""
    def chunk(kind, content):
        return (struct.pack(">I", len(content)) + kind + content +
                struct.pack(">I", zlib.crc32(kind + content)))

    rows = b"".join(b"\0" + b"".join(bytes(color(x, y)) for x in range(width))
                    for y in range(height))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" +
                     chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def draw_training_data(root):
    """Draws rings of all widths in the folders that the presets name."""
    def rings(number, shift=0):
        def color(x, y):
            x, y = x + shift + 17 * number, y - 11 * number
            value = (x * x + 3 * y * y) // (64 + 9 * number)
            return abs(value % 511 - 255), (value + x) % 256, (3 * x + 5 * number) % 256
        return color

    for folder in ("photos/train", "open/photos", "open/drawn"):
        for number in range(4):
            write_png(root / folder / f"{number}.png", 160, 144, rings(number + len(folder)))
    for folder in ("video/train", "open/video"):
        for clip in range(3):
            for frame in range(18):
                write_png(root / folder / f"clip{clip}" / f"{frame:05}.png", 128, 112,
                          rings(clip, 2 * frame))
    for number in range(12):
        write_png(root / "fer2013/train/disgust" / f"{number}.png", 48, 48, rings(number))


def trainings():
    """Yields presets, and the keys that make their runs short."""
    alike = ["training.compute=float32", "training.threads=1"]
    steps = ["training.steps=4", "training.report_interval=2", "training.checkpoint_interval=2",
             "training.validation_samples=2", "training.warmup_steps=2", *alike]
    yield "balanced", [*steps, "training.quantise=0.5"]
    yield "fast", steps
    yield "paper-fer2013", ["training.epochs=2", "training.copies=3", *alike]


def compare_trainings(ours, theirs, scratch, report):
    data = scratch / "data"
    draw_training_data(data)
    for preset, keys in trainings():
        folders = []
        for side, tree in (("theirs", theirs), ("ours", ours)):
            run = scratch / preset / side
            sets = [word for key in keys for word in ("--set", key)]
            tree.run("denoiseae-train", tree.path / "training" / "presets" / f"{preset}.toml",
                     "--data", data, "--out", run, *sets)
            kept = scratch / preset / f"{side}-kept"
            kept.mkdir()
            for name in ("best.safetensors", "config.toml"):
                shutil.copy(run / name, kept)
            folders.append(kept)
        report.add(f"training {preset}", changed_files(*folders))


def ratio_line(name, pairs):
    """Formats pairs (ours, theirs) in ms, measured in turn. The ratio is the median of those of the
    pairs, because a machine's speed may be another one after a minute."""
    ours, theirs = (statistics.median(times) for times in zip(*pairs))
    ratios = sorted(mine / other for mine, other in pairs)
    return (f"{name:16} {ours:8.2f} ms {theirs:8.2f} ms  x {statistics.median(ratios):.3f}"
            f"  ({ratios[0]:.3f} to {ratios[-1]:.3f})")


def compare_speed(ours, theirs, options):
    def median_ms(tree, format_name, precision):
        done = tree.run("denoiseae-bench-library", "--format", format_name, "--precision", precision,
                        "--size", options.size, "--frames", options.frames, "--threads", 2,
                        check=False)
        if done.returncode != 0:
            raise CompareError(f"{tree.path}: {done.stderr.strip()}")
        return json.loads(done.stdout)["median_ms"]

    print(f"{options.size}, two threads:    this tree   other tree  this by other (least to most)")
    for format_name in options.formats:
        for precision in PRECISIONS:
            pairs = []
            try:
                for number in range(options.rounds):
                    turn = (ours, theirs) if number % 2 == 0 else (theirs, ours)
                    times = {tree: median_ms(tree, format_name, precision) for tree in turn}
                    pairs.append((times[ours], times[theirs]))
            except CompareError as error:
                print(f"{format_name} {precision}: left out: {error}")
                continue
            print(ratio_line(f"{format_name} {precision}", pairs), flush=True)


def compare_streams(ours, theirs, options):
    def line(tree, streams):
        done = tree.run("denoiseae-bench-streams", "--streams", streams, "--frames", options.frames,
                        "--size", options.size, "--threads", options.threads)
        return json.loads(done.stdout)

    print(f"{options.size}, float32, time of a frame:")
    print(f"{'':16} {'this tree':>11} {'other tree':>11}  this by other (least to most)")
    for streams in options.streams:
        pairs = []
        for number in range(options.rounds):
            turn = (ours, theirs) if number % 2 == 0 else (theirs, ours)
            lines = {tree: line(tree, streams) for tree in turn}
            pairs.append((lines[ours], lines[theirs]))
        for name, key in (("time", "ms_per_frame"), ("processor time", "busy_ms_per_frame"),
                          ("slowest frame", "slowest_ms")):
            print(ratio_line(f"{streams} {name}", [(mine[key], other[key]) for mine, other in pairs]),
                  flush=True)
        mine, other = pairs[-1]
        print(f"{streams} streams: {mine['process_threads']} threads and {mine['peak_mib']:.0f} MiB, "
              f"{other['process_threads']} and {other['peak_mib']:.0f} in the other tree", flush=True)


def main():
    parser = argparse.ArgumentParser(prog="./dev run python3 benchmarks/compare_trees.py",
                                     description=__doc__)
    parser.add_argument("other", type=pathlib.Path, help="a tree that is built in its folder build")
    parser.add_argument("--parts", type=lambda text: text.split(","), default=list(PARTS),
                        help="of " + ",".join(PARTS) + "; default: all")
    parser.add_argument("--threads", type=int,
                        help="of the checksums, which do not depend on it; default: 1, for with "
                        "more a busy machine takes many times as long; of --streams, default: 0, "
                        "as many as the process may use")
    parser.add_argument("--speed", action="store_true",
                        help="time frames instead, on a machine that does nothing else")
    parser.add_argument("--streams", type=lambda text: list(map(int, text.split(","))),
                        help="time so many streams side by side in one process instead, as 1,2,8")
    parser.add_argument("--rounds", type=int, default=5,
                        help="of --speed and --streams, each tree in turn")
    parser.add_argument("--frames", type=int, default=60,
                        help="of --speed and --streams, in a round")
    parser.add_argument("--size", default="1280x720", help="of --speed and --streams")
    parser.add_argument("--formats", type=lambda text: text.split(","), default=list(FORMATS),
                        help="of --speed; default: " + ",".join(FORMATS))
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    ours, theirs = Tree(ROOT), Tree(options.other)
    if ours.path == theirs.path:
        parser.error("the other tree is this one")
    if options.threads is None:
        options.threads = 0 if options.streams else 1
    if options.streams:
        compare_streams(ours, theirs, options)
        return 0
    if options.speed:
        compare_speed(ours, theirs, options)
        return 0
    report = Report()
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        if "checksum" in options.parts:
            compare_checksums(ours, theirs, options.threads, report)
        if "eval" in options.parts:
            compare_evaluations(ours, theirs, scratch, report)
        if "training" in options.parts:
            compare_trainings(ours, theirs, scratch, report)
    return 1 if report.differences else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CompareError, OSError) as error:
        sys.exit(f"compare_trees: {error}")
