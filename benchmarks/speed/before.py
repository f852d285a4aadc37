# SPDX-License-Identifier: LGPL-2.1-or-later
"""Builds the commit that the library is compared with, and compares. Its engine was oneDNN."""

import os
import pathlib
import subprocess
import sys

import compare_trees
import levels
import targets
from levels import MODELS, Levels, fastest, one
from programs import THIS, Tree
from verdicts import Measured, Target

COMMIT = "13f409c"
PRECISIONS = ("float32", "bfloat16", "int8")
# oneDNN's names of the levels. Kernels of the commit's own are not held by its variable.
ONEDNN = {"scalar": "SSE41", "sse41": "SSE41", "avx2": "AVX2", "avx_vnni": "AVX2_VNNI", "avx512": "AVX512_CORE",
          "avx512_vnni": "AVX512_CORE_VNNI", "avx512_bf16": "AVX512_CORE_BF16",
          "amx": "AVX512_CORE_AMX",
          **dict.fromkeys(("neon", "neon_dot", "neon_bf16", "neon_i8mm"), "DEFAULT")}
# How many times as fast frames must be, with two threads.
AT_AVX2 = {"balanced": 3, "fast": 4}
AT_BEST = {"balanced": 1.6, "fast": 2.5}
BETTER_THAN_AVX512 = ("avx512_vnni", "avx512_bf16", "amx")
HIGH = {"float32": 3, "bfloat16": 1.3}


def run(*command, **options):
    print("speed:", *command, file=sys.stderr)
    subprocess.run(list(map(str, command)), check=True, stdout=sys.stderr, **options)


def build(root):
    """Returns the folder of the commit, which is checked out and built the first time."""
    path = root / "out" / "before"
    if not path.exists():
        run("git", "-C", root, "worktree", "add", "--detach", path, COMMIT)
    if not (path / "build" / "build.ninja").exists():
        run("meson", "setup", path / "build", path, "-Donednn=enabled",
            *(f"-D{part}=disabled" for part in ("torch", "plugin", "training", "examples")))
    run("ninja", "-C", path / "build", "benchmarks/denoiseae-bench-library",
        "benchmarks/denoiseae-bench-engine")
    return path


def tree(path, root):
    """Returns the tree of a folder, for programs that run in the environment of the tree in root."""
    variables = compare_trees.moved(os.environ, root, path)
    program = path / "build" / "benchmarks" / "denoiseae-bench-library"
    if not program.is_file():
        raise compare_trees.CompareError(f"{path} has built no {program.name}")
    # The folder of a build may have another name than that of the environment.
    for name, folder in (("PATH", "benchmarks"), ("LD_LIBRARY_PATH", "lib")):
        places = [str(path / "build" / folder), variables.get(name, "")]
        variables[name] = os.pathsep.join(filter(None, places))
    variables["DENOISEAE_MODEL_PATH"] = str(path / "models")
    return Tree("before", variables,
                {level: {"DNNL_MAX_CPU_ISA": name} for level, name in ONEDNN.items()})


def measure(programs, old):
    """Measures both trees."""
    levels.measure(programs, THIS)
    found = Levels.of(programs.lines)
    for level in found.names:
        for model in MODELS:
            programs.networks(old, model, level, found.at(level))
    # The trees run in turn, because the speed of a machine changes within minutes.
    for precision in PRECISIONS:
        for model in targets.MODELS:
            programs.frame(old, model, precision, 2)
            if precision in found.best:
                programs.frame(THIS, model, precision, 2, found.best[precision])
        for model in MODELS:
            programs.frame(old, model, precision, 1)
        for model in MODELS if "avx2" in found.names else ():
            programs.frame(old, model, precision, 2, "avx2")
            if precision in found.at("avx2"):
                programs.frame(THIS, model, precision, 2, "avx2")


def around_pairs(lines):
    """Yields model, precision and the frames of both trees, with one thread."""
    for precision, level in Levels.of(lines).best.items():
        for model in MODELS:
            wanted = {"model": model, "precision": precision, "asked_threads": 1}
            ours = one(lines, "frame", tree="this", level=level, **wanted)
            theirs = one(lines, "frame", tree="before", level=None, **wanted)
            if ours and theirs:
                yield model, precision, ours, theirs


def wanted(lines):
    found = Levels.of(lines)
    for level, precision in found.peaks:
        for model in MODELS:
            if one(lines, "network", tree="before", model=model, level=level, precision=precision):
                yield Target(targets.ONEDNN, f"{level}, {precision}", model, ">=", 1, "x")
    for model, precision, _, _ in around_pairs(lines):
        yield Target(targets.AROUND, model, precision, "<=", 0.5, "x")
    if "avx2" in found.names:
        for model, limit in AT_AVX2.items():
            yield Target(targets.BEFORE, "avx2", model, ">=", limit, "x")
    if found.highest in BETTER_THAN_AVX512:
        for model, limit in AT_BEST.items():
            yield Target(targets.BEFORE, found.highest, model, ">=", limit, "x")
    for precision, limit in HIGH.items():
        yield Target(targets.BEFORE, "high in int8", f"its {precision} before", ">=", limit, "x")


def faster(key, ours, theirs):
    """Yields how many times as fast as before a frame is, if it runs in both trees."""
    if ours and theirs:
        yield key, Measured(theirs["median_ms"] / ours["median_ms"],
                            f"{theirs['median_ms']:.1f} ms {theirs['precision']} before, "
                            f"{ours['median_ms']:.1f} ms {ours['precision']}")


def judge_convolutions(lines):
    for level, precision in Levels.of(lines).peaks:
        for model in MODELS:
            theirs, ours = (one(lines, "network", tree=tree, model=model, level=level,
                                precision=precision) for tree in ("before", "this"))
            if ours and theirs:
                ms, before_ms = ours["convolution_ms"], theirs["convolution_ms"]
                yield (targets.ONEDNN, f"{level}, {precision}", model), Measured(
                    before_ms / ms, f"{before_ms:.1f} ms, {ms:.1f} ms")


def judge_around(lines):
    """Yields the times around the convolutions. That before is the difference of two measurements, which
    is negative where something disturbed one of them: such a one is no measurement."""
    best = Levels.of(lines).best
    for model, precision, ours, theirs in around_pairs(lines):
        network = one(lines, "network", tree="before", model=model, precision=precision,
                      level=best[precision])
        if network is None:
            continue
        before, now = theirs["median_ms"] - network["convolution_ms"], levels.outside(ours)
        if before > 0 and now > 0:
            yield (targets.AROUND, model, precision), Measured(
                now / before, f"{before:.1f} ms, {now:.1f} ms")


def judge_frames(lines):
    two = {"asked_threads": 2}
    found = Levels.of(lines)
    if "avx2" in found.names:
        for model in AT_AVX2:
            yield from faster((targets.BEFORE, "avx2", model), *(
                fastest(lines, "frame", tree=tree, model=model, level="avx2", **two)
                for tree in ("this", "before")))
    if found.highest in BETTER_THAN_AVX512:
        for model in AT_BEST:
            yield from faster((targets.BEFORE, found.highest, model),
                              fastest(lines, "frame", tree="this", model=model, **two),
                              fastest(lines, "frame", tree="before", model=model, level=None, **two))
    high = fastest(lines, "frame", tree="this", model="high", precision="int8", **two)
    for precision in HIGH:
        theirs = one(lines, "frame", tree="before", model="high", precision=precision, level=None, **two)
        yield from faster((targets.BEFORE, "high in int8", f"its {precision} before"), high, theirs)


def judge(lines):
    yield from judge_convolutions(lines)
    yield from judge_around(lines)
    yield from judge_frames(lines)
