# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures the model that users get by default: streams, memory, pipelines and live sources. Each part
yields keys of targets, and what was measured."""

import functools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import targets
from programs import objects
from targets import FULL_HD, HD, PRECISIONS, VGA
from verdicts import Measured

ROOT = pathlib.Path(__file__).resolve().parents[2]
THREADS = "2"
# A pipeline runs twice, with these numbers of frames, so that the time of its start cancels out.
FEW_FRAMES, MANY_FRAMES = 20, 120
FFMPEG_FRAMES = 300
KERNEL = "0 -1 0 -1 5 -1 0 -1 0"


def library_bytes():
    """Returns the size of the library that was built beside the programs."""
    program = pathlib.Path(shutil.which("denoiseae-bench-library"))
    return (program.parents[1] / "lib" / "libdenoiseae.so").stat().st_size


def ratios(lines):
    """Yields how many times as fast as LibTorch our engine is, each at its best number of threads."""
    def fastest(is_torch, precision):
        return min((line["median_ms"] for line in lines if line["precision"] == precision and
                    (line["engine"] == "torch") == is_torch), default=None)

    torch = fastest(True, "float32")
    for precision in ("float32", "int8"):
        ours = fastest(False, precision)
        if torch and ours:
            yield (targets.RATIO, precision, HD), Measured(
                torch / ours, f"{torch:.1f} ms, {ours:.1f} ms")


class Product:
    """lines: where each measurement is kept."""

    def __init__(self, options, scratch, lines):
        self.options = options
        self.scratch = scratch
        self.lines = lines

    def frames_to_measure(self, frames):
        return max(5, frames // 10) if self.options.short else frames

    def keep(self, line):
        self.lines.append({"kind": "product", **line})
        return line

    def library(self, precision, size=HD, *more, frames=150):
        """Times the library once. Returns None where the machine or the weights lack the precision."""
        try:
            (line,) = objects("denoiseae-bench-library", "--model", self.options.model, "--precision",
                              precision, "--size", size, "--threads", THREADS, "--frames",
                              self.frames_to_measure(frames), *more)
        except subprocess.CalledProcessError:
            print(f"speed: {precision} at {size} is left out", file=sys.stderr)
            return None
        return self.keep(line)

    @functools.cached_property
    def idle(self):
        """Returns what is measured while the machine does nothing else, by precision."""
        found = {precision: self.library(precision) for precision in PRECISIONS}
        return {precision: line for precision, line in found.items() if line is not None}

    def rates(self):
        for precision, line in self.idle.items():
            yield (targets.RATE, precision, HD), Measured(
                line["frames_per_s"], f"{line['median_ms']:.1f} ms")
            yield (targets.FIRST, precision, HD), Measured(
                line["first_ms"] / line["median_ms"], f"{line['first_ms']:.0f} ms")
        for precision in ("float32", "int8"):
            line = self.library(precision, FULL_HD, frames=60)
            if line is None:
                continue
            if precision == "int8":
                yield (targets.RATE, precision, FULL_HD), Measured(
                    line["frames_per_s"], f"{line['median_ms']:.1f} ms")
                yield (targets.MEMORY, precision, "time to configure"), Measured(line["set_up_ms"])
            yield (targets.MEMORY, precision, "buffers and weights"), Measured(line["memory_mib"])
        yield (targets.MEMORY, "library", "file"), Measured(library_bytes() / 1e6)

    def networks(self):
        """Times the network alone by denoiseae-bench-engine, against LibTorch."""
        out = self.scratch / "engine.jsonl"
        subprocess.run(["denoiseae-bench-engine", "--model", self.options.model, "--size", HD,
                        "--seconds", "0.2" if self.options.short else "2", "--json", out], check=True,
                       stdout=sys.stderr)
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        for line in lines:
            self.keep(line)
        yield from ratios(lines)

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
        rounds = 1 if self.options.short else 3
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
                many = FEW_FRAMES + self.frames_to_measure(MANY_FRAMES - FEW_FRAMES)
                rate = (many - FEW_FRAMES) / (seconds(many) - seconds(FEW_FRAMES))
                return rate / self.library(precision)["frames_per_s"], rate

            # Pipeline and library run in turn, because the speed of a machine changes within minutes.
            share, rate = sorted(pair() for _ in range(rounds))[rounds // 2]
            yield (targets.PIPELINE, precision, HD), Measured(share, f"{rate:.1f} fps")

    def contended(self):
        for precision, idle in self.idle.items():
            line = self.library(precision, HD, "--spin")
            yield (targets.CONTENDED, precision, "rate / idle rate"), Measured(
                line["frames_per_s"] / idle["frames_per_s"], f"{line['frames_per_s']:.1f} fps")
            yield (targets.CONTENDED, precision, "slowest / median frame"), Measured(
                line["slowest_ms"] / line["median_ms"], f"{line['slowest_ms']:.1f} ms")

    def live(self):
        for size in (VGA, HD, FULL_HD):
            (line,) = objects(sys.executable, ROOT / "benchmarks" / "speed" / "live.py",
                              self.frames(size), "--size", size,
                              *(("--settle", 2, "--seconds", 2) if self.options.short else ()))
            self.keep(line)
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
        self.keep(line)
        yield (targets.FILTERS, "sharpen3x3", "speed / memcpy's"), Measured(
            line["copy_ms"] / line["sharpen_ms"], f"{line['sharpen_ms']:.2f} ms")
        if shutil.which("ffmpeg") is None:
            print("speed: FFmpeg's convolution is left out: ffmpeg is not installed", file=sys.stderr)
            return

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
