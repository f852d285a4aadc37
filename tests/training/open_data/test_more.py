# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of open pictures that no Debian package has, and how they are taken. Needs no network."""

import csv
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "training" / "open_data"))

import more

OPEN = re.compile(r"CC0(-1\.0)?|CC BY(-SA)? ([0-9]\.[0-9]|\(version not named\))|public domain( \(NASA\))?|Apache-2\.0|"
                  r"BSD-[23]-Clause|MIT|Unsplash licence( \(README calls it public domain\))?")


class Table(unittest.TestCase):
    def setUp(self):
        self.rows = more.read_table()

    def test_is_well_formed(self):
        self.assertGreater(len(self.rows), 100)
        for row in self.rows:
            with self.subTest(row=row):
                self.assertEqual(list(row), more.COLUMNS)
                self.assertTrue(all(value for key, value in row.items() if key != "commit"))
                self.assertRegex(row["file"], r"^(open/photos/[A-Za-z0-9_.-]+\.jpg|(open/video|video/train)/[a-z0-9_-]+)$")
                self.assertRegex(row["sha256"], r"^[0-9a-f]{64}$")
                self.assertRegex(row["repository"], r"^[\w.-]+/[\w.-]+$")
                for part in re.split(r" OR | / ", row["licence"]):
                    self.assertTrue(OPEN.fullmatch(part), part)

    def test_names_nothing_twice(self):
        targets = [more.target(row, pathlib.Path()) for row in self.rows]
        self.assertEqual(len(targets), len(set(targets)))


class Files(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.given = pathlib.Path(temporary.name) / "given"
        self.out = pathlib.Path(temporary.name) / "out"
        clip = self.given / "video" / "train" / "c"
        clip.mkdir(parents=True)
        (self.given / "open" / "photos").mkdir(parents=True)
        (self.given / "open" / "photos" / "a.jpg").write_bytes(b"a photograph")
        (clip / "00000.jpg").write_bytes(b"one")
        (clip / "00001.jpg").write_bytes(b"two")
        self.rows = [self.row("open/photos/a.jpg", b"a photograph"), self.row("video/train/c", b"onetwo"),
                     self.row("open/photos/absent.jpg", b"")]

    def row(self, file, data):
        return {**dict.fromkeys(more.COLUMNS, "x"), "file": file, "sha256": hashlib.sha256(data).hexdigest()}

    def test_are_copied_where_they_are_the_listed_ones(self):
        self.assertEqual(more.take(self.rows, self.out, self.given), self.rows[2:])
        self.assertEqual((self.out / "photos" / "a.jpg").read_bytes(), b"a photograph")
        self.assertEqual(sorted(path.name for path in (self.out / "video" / "c").iterdir()), ["00000.jpg", "00001.jpg"])
        # Files that are there are not looked for again.
        self.assertEqual(more.take(self.rows, self.out, None), self.rows[2:])

    def test_that_are_others_are_refused(self):
        for file in ("open/photos/a.jpg", "video/train/c/00001.jpg"):
            with self.subTest(file):
                path = self.given / file
                kept = path.read_bytes()
                path.write_bytes(b"another")
                with self.assertRaisesRegex(more.WrongFile, "has the SHA-256 [0-9a-f]{64}, expected"):
                    more.take(self.rows, self.out, self.given)
                path.write_bytes(kept)

    def test_that_are_nowhere_are_listed(self):
        self.assertEqual(more.take(self.rows, self.out, None), self.rows)
        self.out.mkdir()
        more.write_missing(self.rows, self.out)
        with open(self.out / "missing.csv", newline="", encoding="utf-8") as file:
            self.assertEqual(list(csv.DictReader(file)), self.rows)
        more.write_missing([], self.out)
        self.assertEqual(list(self.out.iterdir()), [])

    def test_from_no_folder_are_an_error_that_says_so(self):
        done = subprocess.run([sys.executable, ROOT / "training" / "open_data" / "open_data.py", self.out, "--more",
                               self.given / "nowhere"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is no folder", done.stderr)


if __name__ == "__main__":
    unittest.main()
