# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts instructions on Arm. No such machine is at hand: the kernels are compiled for it and their inner
loops are read, and an emulator runs the network."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import targets
from levels import MODELS
from verdicts import Measured, Target

PREFIX = "aarch64-linux-gnu-"
FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
BRANCH = re.compile(r"^(b|b\.\w+|cbn?z|tbn?z)$")
TARGET = re.compile(r"\b([0-9a-f]+) <")
PRODUCTS = re.compile(r"^(fmla|fmlal2?|[su]dot|usdot|sudot|[su]mmla|usmmla|bfdot|bfmmla|bfmlal[bt]|[su]mlal2?)$")
# Epilogues compute polynomials, too: at most an eighth of their instructions are products.
MIN_SHARE = 0.2
EMULATOR = "qemu-aarch64"
# Two sizes, so that loading the weights cancels out. Each is one tile of rows and more.
SMALL, LARGE = "128x96", "128x192"
MORE_PIXELS = 128 * 96


@dataclasses.dataclass(frozen=True)
class Loop:
    function: str
    instructions: int
    products: int

    @property
    def share(self):
        return self.products / self.instructions


def functions(text):
    """Yields each function of a disassembly: its name, and address, instruction and operands."""
    name, found = "", []
    for line in text.splitlines():
        if head := FUNCTION.match(line):
            yield name, found
            name, found = head.group(1), []
        elif parts := INSTRUCTION.match(line):
            found.append((int(parts.group(1), 16), parts.group(2), parts.group(3)))
    yield name, found


def loops(text):
    """Yields the loops of a disassembly that hold no other loop, and the products of a convolution."""
    for name, found in functions(text):
        spans = set()
        for address, instruction, operands in found:
            target = TARGET.search(operands) if BRANCH.match(instruction) else None
            if target and found[0][0] <= int(target.group(1), 16) <= address:
                spans.add((int(target.group(1), 16), address))
        for first, last in sorted(spans):
            if any((first, last) != (a, b) and first <= a and b <= last for a, b in spans):
                continue
            inside = [instruction for address, instruction, _ in found if first <= address <= last]
            products = sum(bool(PRODUCTS.match(instruction)) for instruction in inside)
            if products >= MIN_SHARE * len(inside):
                yield Loop(name, len(inside), products)


def run(*command):
    subprocess.run(command, check=True, stdout=sys.stderr)


def configure(root):
    """Returns the folder of the build for Arm."""
    machine, build = root / "tests" / "emulation" / "arm64.ini", root / "out" / "arm" / "build"
    if not (build / "build.ninja").exists():
        run("meson", "setup", "--cross-file", machine, "-Dauto_features=disabled",
            "-Dbenchmarks=enabled", "-Ddefault_library=static", build, root)
    return build


def archives(build):
    """Builds the kernels that are for NEON, and yields them."""
    told = subprocess.run(["meson", "introspect", "--targets", build], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    for target in json.loads(told):
        if target["type"] == "static library" and re.match(r"kernels.*neon", target["name"]):
            (name,) = target["filename"]
            run("ninja", "-C", build, name.removeprefix(f"{build}/"))
            yield name


def plugin_version(text):
    """Returns the version of plugins that an emulator takes, which is told by the one of QEMU."""
    return 1 if int(re.search(r"version (\d+)", text).group(1)) < 9 else 2


def build_plugin(build):
    version = subprocess.run([EMULATOR, "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout
    plugin = build.parent / "count_instructions.so"
    run("c++", "-std=c++20", "-O2", "-fPIC", "-shared", f"-DPLUGIN_VERSION={plugin_version(version)}",
        pathlib.Path(__file__).resolve().parents[1] / "emulation" / "count_instructions.cpp", "-o", plugin)
    return plugin


def emulate(plugin, program, root, *options):
    """Returns what a run of denoiseae-bench-engine counts, and its results."""
    counts, results = (plugin.parent / name for name in ("counts.json", "results.jsonl"))
    results.unlink(missing_ok=True)
    subprocess.run([EMULATOR, "-L", f"/usr/{PREFIX[:-1]}", "-plugin", f"{plugin},out={counts}", program,
                    "--threads", "1", "--seconds", "0", "--no-torch", *options, "--json", results],
                   check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "DENOISEAE_MODEL_PATH": str(root / "models")})
    return (json.loads(counts.read_text(encoding="ascii")),
            [json.loads(line) for line in results.read_text(encoding="ascii").splitlines()])


def per_pixel(small, large):
    """Returns the instructions for each pixel of a frame and those of them that multiply, from what was
    emulated in both sizes. The program warms up three times, and after it has timed its runs it times
    the convolutions in as many."""
    (few, lines), (many, more) = small, large
    if not (lines and more) or lines[0]["runs"] != more[0]["runs"]:
        return None
    pixels = MORE_PIXELS * (3 + 2 * lines[0]["runs"])
    return {name: (many[name] - few[name]) / pixels for name in ("instructions", "products")}


def measure_emulated(programs, root, build):
    if shutil.which(EMULATOR) is None:
        print(f"speed: the emulation of NEON is left out: {EMULATOR} is not installed", file=sys.stderr)
        return
    run("ninja", "-C", build, "benchmarks/denoiseae-bench-engine")
    plugin, program = build_plugin(build), build / "benchmarks" / "denoiseae-bench-engine"
    for model in MODELS:
        for precision in targets.PRECISIONS:
            found = per_pixel(*(emulate(plugin, program, root, "--model", model, "--precisions", precision,
                                        "--size", size) for size in (SMALL, LARGE)))
            if found:
                programs.keep("emulated", [found], model=model, precision=precision)


def measure(programs, root):
    missing = [tool for tool in ("g++", "ar", "objdump") if shutil.which(PREFIX + tool) is None]
    if missing:
        print(f"speed: NEON is left out: {', '.join(PREFIX + tool for tool in missing)} is not installed",
              file=sys.stderr)
        return
    build = configure(root)
    for name in archives(build):
        text = subprocess.run([PREFIX + "objdump", "-d", "-C", "--no-show-raw-insn", name], check=True,
                              text=True, stdout=subprocess.PIPE).stdout
        programs.keep("loop", map(dataclasses.asdict, loops(text)))
    measure_emulated(programs, root, build)


def wanted(lines):
    if any(line["kind"] == "loop" for line in lines):
        yield Target(targets.NEON, "all kernels", "inner loops, as written", ">=", 0.7, "")
    for line in lines:
        if line["kind"] == "emulated":
            subject = f"{line['model']}, {line['precision']}"
            yield Target(targets.NEON, subject, "whole network, as run", "", 0, "")
            yield Target(targets.NEON, subject, "instructions a pixel", "", 0, "")


def judge(lines):
    found = [Loop(line["function"], line["instructions"], line["products"]) for line in lines
             if line["kind"] == "loop"]
    if found:
        products, all_ = (sum(values) for values in zip(*((loop.products, loop.instructions)
                                                          for loop in found)))
        worst = min(found, key=lambda loop: loop.share)
        yield (targets.NEON, "all kernels", "inner loops, as written"), Measured(
            products / all_, f"{products} of {all_} in {len(found)} loops, least {worst.share:.2f}")
    for line in lines:
        if line["kind"] == "emulated":
            subject = f"{line['model']}, {line['precision']}"
            yield (targets.NEON, subject, "whole network, as run"), Measured(
                line["products"] / line["instructions"])
            yield (targets.NEON, subject, "instructions a pixel"), Measured(
                line["instructions"], f"{line['products']:.0f} multiply and accumulate")
