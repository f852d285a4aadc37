# SPDX-License-Identifier: LGPL-2.1-or-later
"""No comment begins with a fragment."""

import pathlib
import tempfile
import unittest

import comments

ROOT = pathlib.Path(__file__).resolve().parents[2]

# One line each that the rule refuses.
PLANTED = {
    "a.cpp": ("// Of a frame.", "///< of a frame", "int a;  ///< of a frame", "/// That of a frame.",
              "/* Those of a frame. */", "/**\n * The same for a frame.\n */", "//  likewise",
              "int a;  // So much.", "f();  /* what is left */",
              "// SPDX-License-Identifier: LGPL-2.1-or-later\n// What a frame is.",
              "int a;  // A number.\n// Of another block.", "// A frame.\n\n// Of a frame.",
              "// A frame.\n  // Of a frame.", 'f("//");  // of a string', "int a = 1'000;  // of a"),
    "a.h": ("#pragma once\n// What a frame is.",),
    "a.py": ("# Of a frame.", "a = 1  # of a frame", 'a = "#"  # what is left'),
    "meson.build": ("# What a frame is.",),
    "a.sh": ("  # Of a frame.",),
}

ALLOWED = {
    "a.cpp": ("// A frame\n// of a stream.", "int a;  ///< the width\n        ///< of a frame",
              "// Often.", "// Some of a frame.", "/* A frame\n * of a stream. */",
              'f("// Of a frame.");', "// Sodium.", "// Whatever.", "// The samest.",
              "char c = '\"';  // a quote", 'auto s = R"(\n// Of a frame.\n)";'),
    "a.py": ('"""Of a frame."""', 'a = "# Of a frame."', "# A frame\n# of a stream."),
    "a.sh": ("#!/bin/sh",),
}


class Scanner(unittest.TestCase):
    def scan(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "lib" / name
            path.parent.mkdir()
            path.write_text(text + "\n", encoding="ascii")
            return list(comments.violations(folder))

    def test_sees_each_planted_fragment(self):
        for name, texts in PLANTED.items():
            for text in texts:
                with self.subTest(name=name, text=text):
                    found = self.scan(name, text)
                    self.assertEqual(len(found), 1, found)
                    self.assertRegex(found[0], rf"^lib/{name}:[1-3]: ")

    def test_allows_sentences(self):
        for name, texts in ALLOWED.items():
            for text in texts:
                with self.subTest(name=name, text=text):
                    self.assertEqual(self.scan(name, text), [])

    def test_names_the_line(self):
        self.assertEqual(self.scan("a.cpp", "// A frame.\nint a;\n\nint b;  // of a frame"),
                         ['lib/a.cpp:4: a comment begins with "of"'])


class Tree(unittest.TestCase):
    def test_has_no_comment_that_begins_with_a_fragment(self):
        self.assertEqual(list(comments.violations(ROOT)), [])


if __name__ == "__main__":
    unittest.main()
