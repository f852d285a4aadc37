# SPDX-License-Identifier: LGPL-2.1-or-later
"""tests/lib mirrors lib/src."""

import pathlib
import tempfile
import unittest

import mirror

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for header in ("a.h", "room/b.h", "room/inner/c.h", "other/d.h"):
            self.write(mirror.SOURCES / header, "")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="ascii")

    def misplaced(self, path, *includes):
        self.write(mirror.TESTS / path, "".join(f"#include {name}\n" for name in includes))
        return list(mirror.misplaced_tests(self.root))

    def test_a_folder_that_is_no_room_is_seen(self):
        self.assertEqual(self.misplaced("attic/test_b.cpp", '"room/b.h"'),
                         ["tests/lib/attic/test_b.cpp: there is no lib/src/attic"])

    def test_a_test_of_another_room_is_seen(self):
        for path, include in (("test_b.cpp", "room/b.h"), ("other/test_b.cpp", "room/b.h"),
                              ("room/test_d.cpp", "other/d.h"), ("room/test_a.cpp", "a.h")):
            with self.subTest(path):
                self.setUp()
                found = self.misplaced(path, f'"{include}"', '"support/check.h"', "<vector>")
                self.assertEqual(len(found), 1)
                self.assertIn(path, found[0])

    def test_tests_near_their_subject_are_allowed(self):
        for path, *includes in (("test_a.cpp", '"a.h"', '"room/b.h"'),
                                ("room/test_b.cpp", '"room/b.h"', '"other/d.h"'),
                                ("room/inner/test_b.cpp", '"room/b.h"'),
                                ("room/test_c.cpp", '"room/inner/c.h"'),
                                ("other/test_e.cpp", "<denoiseae/frame.h>", '"room/b.h"'),
                                ("other/test_f.cpp", "<vector>")):
            with self.subTest(path):
                self.setUp()
                self.assertEqual(self.misplaced(path, *includes), [])

    def test_headers_without_a_test_are_seen(self):
        self.write(mirror.TESTS / "room/test_b.cpp", '#include "room/b.h"\n#include <a.h>\n')
        self.write(mirror.TESTS / "room/no_test.cpp", '#include "other/d.h"\n')
        self.assertEqual(list(mirror.untested_headers(self.root)),
                         ["lib/src/other/d.h", "lib/src/room/inner/c.h"])


class Tree(unittest.TestCase):
    def test_has_tests_beside_what_they_test(self):
        self.assertGreater(len(mirror.tests(ROOT)), 20)
        self.assertEqual(list(mirror.misplaced_tests(ROOT)), [])

    def test_has_a_test_for_each_header(self):
        self.assertEqual(list(mirror.untested_headers(ROOT)), [])


if __name__ == "__main__":
    unittest.main()
