# SPDX-License-Identifier: LGPL-2.1-or-later
"""The time that FFmpeg's filters and our models take for a frame, in one thread."""

import dataclasses
import os
import shutil
import subprocess
import sys

import targets
from levels import Levels, fastest, one
from programs import HD, THIS
from verdicts import Measured, Target

BM3D = "bm3d=sigma=26:bstep=4:group=1:range=8:mstep=2:thmse=200"


@dataclasses.dataclass(frozen=True)
class Filter:
    """A filter of FFmpeg with the settings that its time depends on."""
    name: str
    graph: str
    frames: int  # to measure; slow filters get few
    quality: str = ""  # the filter whose figures in docs/quality.md these settings give


FILTERS = (
    Filter("hqdn3d", "hqdn3d", 120, "hqdn3d"),
    Filter("atadenoise", "atadenoise", 120, "atadenoise"),
    Filter("vaguedenoiser", "vaguedenoiser", 30),
    Filter("fftdnoiz", "fftdnoiz=prev=1:next=1:planes=1", 20, "fftdnoiz"),
    Filter("nlmeans, p=3 r=7", "nlmeans=p=3:r=7", 15),
    Filter("nlmeans, p=5 r=11", "nlmeans=p=5:r=11", 6, "nlmeans"),
    Filter("bm3d, two steps", f"split[a][b];[a]{BM3D}:estim=basic[r];[b][r]{BM3D}:estim=final:ref=1", 3,
           "bm3d"),
)


def processor_seconds(source, graph, frames):
    """Returns the time of the processor for so many frames of a file of raw ones, in a loop."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-filter_threads", "1",
               "-filter_complex_threads", "1", "-stream_loop", "-1", "-f", "rawvideo", "-pix_fmt",
               "yuv420p", "-s", HD, "-i", source, "-frames:v", str(frames), "-lavfi", graph, "-f",
               "null", "-"]
    before = os.times()
    subprocess.run(command, check=True)
    after = os.times()
    return (after.children_user - before.children_user +
            after.children_system - before.children_system)


def measure(programs, frames, short):
    """Times the models and the filters. frames: a folder with raw frames."""
    for model in targets.MODELS:
        for precision, level in Levels.of(programs.lines).best.items():
            programs.frame(THIS, model, precision, 1, level)
    if shutil.which("ffmpeg") is None:
        print("speed: FFmpeg's filters are left out: ffmpeg is not installed", file=sys.stderr)
        return
    joined = frames.parent / "joined.yuv"
    joined.write_bytes(b"".join(path.read_bytes() for path in sorted(frames.iterdir())))
    for filter_ in FILTERS:
        count = max(2, filter_.frames // 10) if short else filter_.frames
        spent = processor_seconds(joined, filter_.graph, count) - processor_seconds(joined, "null", count)
        programs.keep("filter", [{"name": filter_.name, "graph": filter_.graph,
                                  "ms": 1000 * spent / count}])


def wanted(lines):
    for name in (*targets.MODELS, *(line["name"] for line in lines if line["kind"] == "filter")):
        yield Target(targets.FFMPEG, name, "time of a frame", "", 0, "ms")


def judge(lines):
    for model in targets.MODELS:
        line = fastest(lines, "frame", tree="this", model=model, asked_threads=1)
        if line is not None:
            yield (targets.FFMPEG, model, "time of a frame"), Measured(line["median_ms"],
                                                                     line["precision"])
    for line in lines:
        if line["kind"] == "filter":
            yield (targets.FFMPEG, line["name"], "time of a frame"), Measured(line["ms"])


def times(lines):
    """Returns groups of the points of the plot: milliseconds by the name that docs/quality.md has."""
    groups = {"denoiseae, best precision": {}, "denoiseae, float32": {}, "FFmpeg": {}}
    for model in targets.MODELS:
        best = fastest(lines, "frame", tree="this", model=model, asked_threads=1)
        floats = one(lines, "frame", tree="this", model=model, asked_threads=1, precision="float32",
                     level=Levels.of(lines).best["float32"])
        for name, line in zip(groups, (best, floats)):
            if line is not None:
                groups[name][model] = line["median_ms"]
    for filter_ in FILTERS:
        line = one(lines, "filter", name=filter_.name)
        if line is not None and filter_.quality:
            groups["FFmpeg"][filter_.quality] = line["ms"]
    return groups
