# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs in C, C++ and Python of docs/library.md work as they stand there, and write the same frames; so does
the one in Rust that it names.

Usage: test_manual.py BUILD [unittest options], with the build folder.
"""

import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv[1])
WIDTH, HEIGHT, FRAMES = 96, 64, 3


def programs():
    """Returns the first block of each language of the manual."""
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(c|cpp|python)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return {language: code for language, code in reversed(blocks)}


def noisy_frames():
    rng = random.Random(5)
    luma = bytes(min(max(60 + x + int(rng.gauss(0, 15)), 0), 255) for _ in range(HEIGHT) for x in range(WIDTH))
    return (luma + bytes([128]) * (WIDTH * HEIGHT // 2)) * FRAMES


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def compiled(self, compiler, suffix, code, *options):
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "denoiseae"], check=True, capture_output=True,
                               text=True, env={**os.environ, "PKG_CONFIG_PATH": str(BUILD / "meson-uninstalled")}).stdout
        source, program = self.folder / f"program.{suffix}", self.folder / f"program_{suffix}"
        source.write_text(code)
        done = subprocess.run([compiler, *options, "-Wall", "-Wextra", "-Werror", source, "-o", program,
                               *shlex.split(flags)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [program]

    def run_program(self, command, frames, size=(WIDTH, HEIGHT)):
        # The library of the build folder is found without a run path.
        environment = {**os.environ, "LD_LIBRARY_PATH": str(BUILD / "lib")}
        return subprocess.run([*command, *map(str, size)], input=frames, capture_output=True, check=False,
                              env=environment)

    def test_write_the_same(self):
        code = programs()
        script = self.folder / "program.py"
        script.write_text(code["python"])
        commands = (self.compiled("cc", "c", code["c"], "-std=c99", "-pedantic"),
                    self.compiled("c++", "cpp", code["cpp"], "-std=c++20"), [sys.executable, script])
        frames = noisy_frames()
        results = []
        for command in commands:
            done = self.run_program(command, frames)
            self.assertEqual(done.returncode, 0, done.stderr)
            results.append(done.stdout)
        self.assertEqual(len(results[0]), len(frames))
        self.assertNotEqual(results[0], frames)
        self.assertEqual(results[1], results[0])
        self.assertEqual(results[2], results[0])

    def test_in_rust_writes_the_same(self):
        if shutil.which("rustc") is None:
            self.skipTest("rustc is not in the search path")
        program = self.folder / "program_rs"
        done = subprocess.run(["rustc", "-O", "-D", "warnings", ROOT / "examples" / "rust" / "denoise.rs", "-L",
                               BUILD / "lib", "-o", program], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        frames = noisy_frames()
        in_c = self.run_program(self.compiled("cc", "c", programs()["c"], "-std=c99"), frames)
        in_rust = self.run_program([program], frames)
        self.assertEqual((in_rust.returncode, in_rust.stderr), (0, b""))
        self.assertEqual(len(in_rust.stdout), len(frames))
        self.assertEqual(in_rust.stdout, in_c.stdout)

        wrong = self.run_program([program], frames, size=(0, 64))
        self.assertEqual((wrong.returncode, wrong.stdout), (1, b""))
        self.assertIn(b"denoise: frame size must be", wrong.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
