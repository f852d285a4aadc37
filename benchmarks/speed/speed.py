#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Times the library against its targets (targets.py). The machine must do nothing else."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import targets
import verdicts
from targets import FULL_HD, HD, PRECISIONS, VGA
from verdicts import Measured

ROOT = pathlib.Path(__file__).resolve().parents[2]
THREADS = "2"
# A pipeline runs twice, with these numbers of frames, so that the time of its start cancels out.
FEW_FRAMES, MANY_FRAMES = 20, 120
FFMPEG_FRAMES = 300
KERNEL = "0 -1 0 -1 5 -1 0 -1 0"


def objects(*command, **variables):
    """Returns the JSON objects that a command prints, one a line."""
    done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, **variables})
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        self.lines = []
        self.idle = {}

    def library(self, precision, size=HD, threads=THREADS, *more, **variables):
        """Times the library once. Returns None where the machine or the weights lack the precision."""
        try:
            (line,) = objects("denoiseae-bench-library", "--model", self.options.model, "--precision",
                              precision, "--size", size, "--threads", threads, *more, **variables)
        except subprocess.CalledProcessError:
            print(f"speed: {precision} at {size} is left out", file=sys.stderr)
            return None
        self.lines.append(line)
        return line

    def rates(self):
        for precision in PRECISIONS:
            line = self.library(precision)
            if line is None:
                continue
            self.idle[precision] = line
            yield (targets.RATE, precision, HD), Measured(
                line["frames_per_s"], f"{line['median_ms']:.1f} ms")
            yield (targets.FIRST, precision, HD), Measured(
                line["first_ms"] / line["median_ms"], f"{line['first_ms']:.0f} ms")

    def full_hd(self):
        for precision in ("float32", "int8"):
            line = self.library(precision, FULL_HD, THREADS, "--frames", 60)
            if line is None:
                continue
            if precision == "int8":
                yield (targets.RATE, precision, FULL_HD), Measured(
                    line["frames_per_s"], f"{line['median_ms']:.1f} ms")
            yield (targets.MEMORY, precision, "buffers and weights"), Measured(line["memory_mib"])

    def networks(self):
        """Times the network alone by denoiseae-bench-engine."""
        out = self.scratch / "engine.jsonl"
        subprocess.run(["denoiseae-bench-engine", "--model", self.options.model, "--size", HD,
                        "--json", out], check=True, stdout=sys.stderr)
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        self.lines += lines
        yield from self.ratios(lines)
        yield from self.peak(lines)

    def ratios(self, lines):
        def fastest(engine, precision):
            return min((line["median_ms"] for line in lines
                        if (line["engine"], line["precision"]) == (engine, precision)), default=None)

        torch = fastest("torch", "float32")
        for precision in ("float32", "int8"):
            ours = fastest("onednn", precision)
            if torch and ours:
                yield (targets.RATIO, precision, HD), Measured(
                    torch / ours, f"{torch:.1f} ms, {ours:.1f} ms")

    def peak(self, lines):
        peaks = {line["precision"]: line["gmacs_per_s"]
                 for line in objects("denoiseae-bench-peak")}
        for line in lines:
            precision = line["precision"]
            if (line["engine"], line["threads"]) != ("onednn", 1) or precision not in peaks:
                continue
            frame = self.library(precision, HD, "1", "--frames", 60)
            if frame is None:
                continue
            ms, frame_ms = line["convolution_ms"], frame["median_ms"]
            reached = line["gmacs"] / ms * 1000
            yield (targets.PEAK, precision, "convolutions / peak"), Measured(
                reached / peaks[precision], f"{reached:.0f} of {peaks[precision]:.0f} GMAC/s")
            yield (targets.PEAK, precision, "time outside them"), Measured(
                1 - ms / frame_ms, f"{frame_ms - ms:.1f} of {frame_ms:.1f} ms")

    def frames(self, size):
        """Returns a folder with frames of this size, raw, to be played in a loop."""
        frames = self.scratch / size
        if not frames.exists():
            frames.mkdir()
            objects("denoiseae-bench-library", "--model", self.options.model, "--size", size,
                    "--frames", 1, "--write", frames)
        return frames

    def pipeline(self):
        frames = self.frames(HD)
        width, height = HD.split("x")
        for precision in self.idle:
            def seconds(count):
                command = ["gst-launch-1.0", "-q", "multifilesrc", f"location={frames}/%02d.yuv",
                           "loop=true", f"num-buffers={count}",
                           "!", "rawvideoparse", "format=i420", f"width={width}",
                           f"height={height}", "framerate=60/1",
                           "!", "denoiseae", f"model={self.options.model}", f"precision={precision}",
                           f"threads={THREADS}", "!", "fakesink", "sync=false"]
                start = time.monotonic()
                subprocess.run(command, check=True)
                return time.monotonic() - start
            def pair():
                rate = (MANY_FRAMES - FEW_FRAMES) / (seconds(MANY_FRAMES) - seconds(FEW_FRAMES))
                return rate / self.library(precision)["frames_per_s"], rate

            # Pipeline and library run in turn, because the speed of a machine changes within minutes.
            share, rate = sorted(pair() for _ in range(3))[1]
            yield (targets.PIPELINE, precision, HD), Measured(share, f"{rate:.1f} fps")

    def contended(self):
        for precision, idle in self.idle.items():
            line = self.library(precision, HD, THREADS, "--spin")
            yield (targets.CONTENDED, precision, "rate / idle rate"), Measured(
                line["frames_per_s"] / idle["frames_per_s"], f"{line['frames_per_s']:.1f} fps")
            yield (targets.CONTENDED, precision, "slowest / median frame"), Measured(
                line["slowest_ms"] / line["median_ms"], f"{line['slowest_ms']:.1f} ms")

    def live(self):
        for size in (VGA, HD, FULL_HD):
            (line,) = objects(sys.executable, ROOT / "benchmarks" / "speed" / "live.py",
                              self.frames(size), "--size", size)
            self.lines.append(line)
            yield (targets.LIVE, size, "shown / rate of the model alone"), Measured(
                line["shown_per_s"] / line["possible_per_s"],
                f"{line['shown_per_s']:.1f} fps, {line['model']}")
            yield (targets.LIVE, size, "late / shown"), Measured(line["late"] / max(line["shown"], 1))
            yield (targets.LIVE, size, "frames averaged"), Measured(line["history"])
            told, delay = line["latency_s"], line["delay_s"]
            yield (targets.LIVE, size, "error of the latency told"), Measured(
                abs(told / delay - 1), f"{1000 * told:.0f} ms told, {1000 * delay:.0f} ms found")

    def filters(self):
        (line,) = objects("denoiseae-bench-filters")
        self.lines.append(line)
        yield (targets.FILTERS, "sharpen3x3", "speed / memcpy's"), Measured(
            line["copy_ms"] / line["sharpen_ms"], f"{line['sharpen_ms']:.2f} ms")

        def processor_seconds(filter_text):
            command = ["ffmpeg", "-v", "error", "-filter_threads", "1", "-f", "lavfi", "-i",
                       f"nullsrc=s={FULL_HD},format=yuv420p", "-frames:v", str(FFMPEG_FRAMES),
                       "-vf", filter_text, "-f", "null", "-"]
            before = os.times()
            subprocess.run(command, check=True)
            after = os.times()
            return after.children_user - before.children_user

        kernels = ":".join([KERNEL] * 3)
        spent = processor_seconds(f"convolution='{kernels}'") - processor_seconds("null")
        theirs = spent / FFMPEG_FRAMES * 1000
        yield (targets.FILTERS, "sharpen3x3", "speed / FFmpeg's convolution"), Measured(
            theirs / line["sharpen_ms"], f"{theirs:.2f} ms")

    def all(self):
        found = {}
        for part in (self.rates, self.full_hd, self.networks, self.pipeline, self.contended,
                     self.live, self.filters):
            print(f"{part.__name__} ...", file=sys.stderr, flush=True)
            found.update(part())
        return found


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--model", default="balanced", help="name or path of the weights")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out" / "speed",
                        help="for results.csv and results.jsonl; default: out/speed")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.out) as scratch:
        bench = Bench(options, pathlib.Path(scratch))
        rows = verdicts.judge(targets.TARGETS, bench.all())
    verdicts.write_csv(options.out / "results.csv", rows)
    (options.out / "results.jsonl").write_text(
        "".join(json.dumps(line) + "\n" for line in bench.lines))
    print(verdicts.as_text(rows, targets.TITLES))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"speed: {error.cmd[0]} failed; see its message above")
    except OSError as error:
        sys.exit(f"speed: {error}")
