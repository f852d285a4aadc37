# SPDX-License-Identifier: LGPL-2.1-or-later
"""HACKING.md names files and folders that exist."""

import pathlib
import tempfile
import unittest

import hacking

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Planted(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for file in ("lib/src/net/graph.cpp", "lib/src/frame/pack.h", "models/meson.build",
                     "benchmarks/quality/page.py"):
            (self.root / file).parent.mkdir(parents=True, exist_ok=True)
            (self.root / file).touch()

    def test_what_is_missing_is_seen(self):
        for text in ("| `lib/src/engine` | x |", "see `pack.cpp`", "`net/graph.h`", "`nets/NAME.cpp`",
                     "| `net/graph.cpp`, `net/x.cpp` |", "| `models` | `quality/` |", "`models/a/`"):
            with self.subTest(text):
                found = list(hacking.missing(self.root, "# Title\n" + text))
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith("HACKING.md:2: "), found)

    def test_what_exists_is_found(self):
        for text in ("| `lib/src/net` | x |", "`net/graph.cpp` and `pack.h`", "`models/NAME/w.bin`",
                     "| `lib/src/net/NAME.cpp` |", "| `benchmarks` | `quality/` |", "`OPERATION_ISA.cpp`",
                     "run `ninja -C build/x`, `none`, net/x.cpp"):
            with self.subTest(text):
                self.assertEqual(list(hacking.missing(self.root, text)), [])

    def test_rooms_without_a_row_are_seen(self):
        self.assertEqual(hacking.unnamed_rooms(self.root, "| `lib/src/net` | graphs |"), ["frame"])
        self.assertEqual(hacking.unnamed_rooms(self.root, "`lib/src/net`, `lib/src/frame`"), [])


class Tree(unittest.TestCase):
    def test_is_as_hacking_says(self):
        text = (ROOT / "HACKING.md").read_text(encoding="ascii")
        self.assertGreater(len(hacking.PATH.findall(text)), 20)
        rooms = [f"HACKING.md: no row for lib/src/{room}" for room in hacking.unnamed_rooms(ROOT, text)]
        self.assertEqual(list(hacking.missing(ROOT, text)) + rooms, [])


if __name__ == "__main__":
    unittest.main()
