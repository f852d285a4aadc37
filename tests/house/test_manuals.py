# SPDX-License-Identifier: LGPL-2.1-or-later
"""Manual pages and completion say what --help says.

Usage: test_manuals.py PROGRAM ... [unittest options], with the paths of the programs.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs" / "man"))
import make_manual  # noqa: E402

PROGRAMS = [pathlib.Path(argument) for argument in sys.argv[1:] if "/" in argument]


class Manuals(unittest.TestCase):
    def test_are_made_of_what_help_prints(self):
        self.assertTrue(PROGRAMS)
        for program in PROGRAMS:
            with self.subTest(program.name):
                committed = (ROOT / "docs" / "man" / f"{program.name}.1").read_text(encoding="utf-8")
                self.assertEqual(make_manual.page(program.name, make_manual.help_of(program)), committed,
                                 "make the page anew: docs/man/make_manual.py tells how")

    def test_have_every_option(self):
        for program in PROGRAMS:
            with self.subTest(program.name):
                page = make_manual.page(program.name, make_manual.help_of(program))
                for option in ("version", "help", "model" if "train" not in program.name else "resume"):
                    self.assertIn(f"\\-\\-{option}", page)

    def test_options_with_long_names_keep_their_text(self):
        lines = ["  --long-option FLOAT:FLOAT in [0 - 4]=1", " " * 30 + "its text", "  -q,--quiet" + " " * 18 + "none"]
        self.assertEqual(list(make_manual.option_lines(lines)),
                         [("--long-option FLOAT:FLOAT in [0 - 4]=1", "its text"), ("-q,--quiet", "none")])


@unittest.skipUnless(shutil.which("bash") and PROGRAMS and PROGRAMS[0].name == "denoiseae", "needs the command and bash")
class Completion(unittest.TestCase):
    def completed(self, *words):
        script = f"""source {ROOT}/command/completion.bash
compopt() {{ :; }}
COMP_WORDS=({' '.join(words)})
[[ ${{#COMP_WORDS[@]}} == {len(words)} ]] || COMP_WORDS+=("")
COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
_denoiseae
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True,
                              env={**os.environ, "PATH": f"{PROGRAMS[0].parent}:{os.environ['PATH']}"})
        return done.stdout.split()

    def test_of_options(self):
        self.assertEqual(self.completed("denoiseae", "--str"), ["--strength"])
        self.assertIn("--preview", self.completed("denoiseae", "--"))

    def test_of_values(self):
        self.assertEqual(self.completed("denoiseae", "--model", "bal"), ["balanced"])
        self.assertEqual(self.completed("denoiseae", "--video-codec", "x26"), ["x264", "x265"])
        self.assertEqual(self.completed("denoiseae", "--crf", "1"), [])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + [argument for argument in sys.argv[1:] if "/" not in argument])
