# SPDX-License-Identifier: LGPL-2.1-or-later
"""Subjects of commits keep the rule of HACKING.md."""

import pathlib
import subprocess
import unittest

import commits

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The last commit before the rule.
BASE = "13f409cfa87a28553737d41b2b6c22519ed1ee4f"

REFUSED = ("lib: " + "move words " * 7, "Move the words", "lib:move the words", "lib : move words",
           "Lib: move the words", "lib: moved the words", "lib: moves the words", "lib: tidy",
           "lib: moving the words", "lib: the words are moved", "docs: what a word is",
           "frame: frames are mirrored", ": move the words", "lib: move  words", "lib: ")
ALLOWED = ("lib: move the words", "lib/net: add a row", "sharpen3x3, addnoise: share the row",
           "training: process each row", "tests: feed the words back", "dev: bring the packages",
           "lib: pass the words on", "docs: write 'words' for \"rows\"", "plugin: focus on words",
           "lib: " + "x" * 60 + " moved")


def history():
    """The subjects since the base; raises SkipTest where there is no such history."""
    def git(*arguments):
        return subprocess.run(["git", "-C", ROOT, *arguments], capture_output=True, text=True,
                              check=True).stdout

    try:
        if pathlib.Path(git("rev-parse", "--show-toplevel").strip()).resolve() != ROOT:
            raise unittest.SkipTest("this tree is no checkout")
        return git("log", "--no-merges", "--format=%s", f"{BASE}..HEAD").splitlines()
    except FileNotFoundError as error:
        raise unittest.SkipTest("git is not there") from error
    except subprocess.CalledProcessError as error:
        raise unittest.SkipTest(f"no history: {error.stderr.strip()}") from error


class Rule(unittest.TestCase):
    def test_refuses_what_is_no_subject(self):
        for subject in REFUSED:
            with self.subTest(subject):
                self.assertNotEqual(commits.fault(subject), "")

    def test_allows_imperatives(self):
        for subject in ALLOWED:
            with self.subTest(subject):
                self.assertEqual(commits.fault(subject), "")


class History(unittest.TestCase):
    def test_keeps_the_rule(self):
        subjects = history()
        self.assertEqual([f"{subject}: {fault}" for subject in subjects
                          if (fault := commits.fault(subject))], [])


if __name__ == "__main__":
    unittest.main()
