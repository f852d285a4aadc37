# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the programs that measure, of this tree or of another one, and keeps what they print."""

import dataclasses
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import typing

import levels
from targets import HD



def objects(*command, **variables):
    """Returns the JSON objects that a command prints, one a line."""
    done = subprocess.run(list(map(str, command)), check=True, stdout=subprocess.PIPE, text=True,
                          env={**os.environ, **variables})
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@dataclasses.dataclass
class Effort:
    """How long is measured."""
    frames: int  # measured of a stream, after those to warm up
    seconds: float  # for each network

    @classmethod
    def of(cls, short):
        return cls(10, 0.2) if short else cls(60, 2)


@dataclasses.dataclass
class Tree:
    """A tree that is built, and its environment."""
    name: str
    variables: dict
    hold: dict  # the variables that hold the tree to a level, by the level
    more: tuple = ()  # options of denoiseae-bench-library
    flags: typing.Callable = lambda precisions: ()  # and of denoiseae-bench-engine

    def environment(self, level):
        return {**self.variables, **(self.hold[level] if level else {})}


THIS = Tree("this", {}, {level: {"DENOISEAE_MAX_ISA": level} for level in levels.LEVELS},
            ("--parts",), lambda precisions: ("--no-torch", "--precisions", ",".join(precisions)))


class Programs:
    """Measures, each thing once. lines: what was measured, for those who judge it."""

    def __init__(self, effort):
        self.effort = effort
        self.lines = []
        self.left_out = []

    def keep(self, kind, lines, **more):
        self.lines += [{"kind": kind, **line, **more} for line in lines]

    def peaks(self):
        if not levels.select(self.lines, "peak"):
            self.keep("peak", objects("denoiseae-bench-peak"))

    def frame(self, tree, model, precision, threads, level=None):
        """Times whole frames, if the processor and the weights have the precision."""
        key = {"tree": tree.name, "model": model, "precision": precision, "asked_threads": threads,
               "level": level}
        if key in self.left_out or levels.select(self.lines, "frame", **key):
            return
        try:
            found = objects("denoiseae-bench-library", "--model", model, "--precision", precision,
                            "--threads", threads, "--size", HD, "--frames", self.effort.frames,
                            *tree.more, **tree.environment(level))
        except subprocess.CalledProcessError:
            print(f"speed: {model} in {precision} is left out in {tree.name} tree"
                  f"{f', held to {level}' if level else ''}", file=sys.stderr)
            self.left_out.append(key)
            return
        self.keep("frame", found, **key)

    def networks(self, tree, model, level, precisions):
        """Times the network alone with one thread, in these precisions if they are there. The commit
        before times all."""
        key = {"tree": tree.name, "model": model, "level": level}
        if levels.select(self.lines, "network", **key):
            return
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "engine.jsonl"
            subprocess.run(["denoiseae-bench-engine", "--model", model, "--size", HD, "--threads", "1",
                            "--seconds", str(self.effort.seconds), *tree.flags(precisions), "--json",
                            out], check=True, stdout=sys.stderr,
                           env={**os.environ, **tree.environment(level)})
            found = [json.loads(line) for line in out.read_text().splitlines()]
        self.keep("network", found, **key)
