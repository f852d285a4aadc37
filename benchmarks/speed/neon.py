# SPDX-License-Identifier: LGPL-2.1-or-later
"""Counts the instructions of the convolutions on Arm. No such machine is at hand: the kernels are compiled
for it, and the inner loops are read."""

import dataclasses
import json
import re
import shutil
import subprocess
import sys

import targets
from verdicts import Measured, Target

PREFIX = "aarch64-linux-gnu-"
MACHINE = f"""[binaries]
cpp = '{PREFIX}g++'
ar = '{PREFIX}ar'
pkgconfig = 'pkg-config'
[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
"""
FUNCTION = re.compile(r"^[0-9a-f]+ <(.*)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$")
BRANCH = re.compile(r"^(b|b\.\w+|cbn?z|tbn?z)$")
TARGET = re.compile(r"\b([0-9a-f]+) <")
PRODUCTS = re.compile(r"^(fmla|fmlal2?|[su]dot|usdot|[su]mmla|usmmla|bfdot|bfmmla|bfmlal[bt]|[su]mlal2?)$")
# Epilogues compute polynomials, too: at most an eighth of their instructions are products.
MIN_SHARE = 0.2


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


def archives(root):
    """Builds the kernels that are for NEON, and yields them."""
    folder = root / "out" / "arm"
    folder.mkdir(parents=True, exist_ok=True)
    machine, build = folder / "machine.ini", folder / "build"
    machine.write_text(MACHINE, encoding="ascii")
    if not (build / "build.ninja").exists():
        subprocess.run(["meson", "setup", "--cross-file", machine, "-Dauto_features=disabled", build, root],
                       check=True, stdout=sys.stderr)
    told = subprocess.run(["meson", "introspect", "--targets", build], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    for target in json.loads(told):
        if target["type"] == "static library" and "neon" in target["name"]:
            (name,) = target["filename"]
            subprocess.run(["ninja", "-C", build, name.removeprefix(f"{build}/")], check=True,
                           stdout=sys.stderr)
            yield name


def measure(programs, root):
    missing = [tool for tool in ("g++", "ar", "objdump") if shutil.which(PREFIX + tool) is None]
    if missing:
        print(f"speed: NEON is left out: {', '.join(PREFIX + tool for tool in missing)} is not installed",
              file=sys.stderr)
        return
    for name in archives(root):
        text = subprocess.run([PREFIX + "objdump", "-d", "-C", "--no-show-raw-insn", name], check=True,
                              text=True, stdout=subprocess.PIPE).stdout
        programs.keep("loop", map(dataclasses.asdict, loops(text)))


def wanted(lines):
    if any(line["kind"] == "loop" for line in lines):
        yield Target(targets.NEON, "neon", "convolutions", ">=", 0.7, "")


def judge(lines):
    found = [Loop(line["function"], line["instructions"], line["products"]) for line in lines
             if line["kind"] == "loop"]
    if found:
        products, all_ = (sum(values) for values in zip(*((loop.products, loop.instructions)
                                                          for loop in found)))
        worst = min(found, key=lambda loop: loop.share)
        yield (targets.NEON, "neon", "convolutions"), Measured(
            products / all_, f"{products} of {all_} in {len(found)} loops, least {worst.share:.2f}")
