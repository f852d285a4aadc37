# SPDX-License-Identifier: LGPL-2.1-or-later
"""The table of open training pictures, and what is made of a package. Needs no network."""

import csv
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "training" / "open_data"))

try:
    import cv2
    import numpy
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

import draw
import open_data

OPEN = re.compile(r"CC0-1\.0|CC-BY(-SA)?-[0-9]\.[0-9]|L?GPL-[0-9](\.[0-9])?\+?|public domain|"
                  r"Apache-2\.0|BSD-3-clause")


def squares(width, height, side):
    """Random pixels, and the mean of each square by sums in double precision."""
    pixels = numpy.random.default_rng(1).integers(0, 256, (height, width, 3), numpy.uint8)
    means = numpy.zeros((height // side, width // side, 3))
    for y in range(height // side):
        for x in range(width // side):
            square = pixels[y * side:(y + 1) * side, x * side:(x + 1) * side].astype(float)
            means[y, x] = square.sum(axis=(0, 1)) / side ** 2
    return pixels, means


class Table(unittest.TestCase):
    def setUp(self):
        self.rows = open_data.read_table()

    def test_is_well_formed(self):
        self.assertGreater(len(self.rows), 40)
        for row in self.rows:
            with self.subTest(row=row):
                self.assertEqual(list(row), open_data.COLUMNS)
                self.assertTrue(all(row.values()))
                self.assertRegex(row["package"], r"^[a-z0-9][a-z0-9.+-]+$")
                self.assertRegex(row["name"], r"^[a-z0-9-]+$")
                self.assertTrue(row["file"].startswith("usr/") and ".." not in row["file"])
                for part in row["licence"].split(" and "):
                    self.assertTrue(OPEN.fullmatch(part), part)

    def test_names_nothing_twice(self):
        for keys in (["name"], ["package", "file"]):
            values = [tuple(row[key] for key in keys) for row in self.rows]
            self.assertEqual(len(values), len(set(values)))

    def test_leaves_out_what_the_demo_is_measured_on(self):
        script = (ROOT / "examples" / "media" / "make_clip.sh").read_text(encoding="ascii")
        shown = re.findall(r'"\$photos/([^"]+)"', script)
        self.assertEqual(len(shown), 2)
        trained = {pathlib.PurePosixPath(row["file"]).name for row in self.rows}
        self.assertEqual(trained.intersection(shown), set())


class Pictures(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.package = self.folder / "package"
        self.package.mkdir()
        self.out = self.folder / "out"
        self.unpacked = []

    def unpack(self, package, scratch):
        self.unpacked.append(package)
        return self.package

    def row(self, file):
        return dict(zip(open_data.COLUMNS, ["made", file, pathlib.Path(file).stem, "CC0-1.0", "us"]))

    def test_are_means_of_squares(self):
        for width, height, side in ((41, 30, 2), (2000, 6, 2), (4000, 5, 2), (4001, 7, 3),
                                    (8, 8001, 5)):
            pixels, means = squares(width, height, side)
            cv2.imwrite(str(self.package / f"p{width}.png"), pixels)
            row = self.row(f"p{width}.png")
            open_data.get([row], self.out, self.unpack)
            made = cv2.imread(str(self.out / "photos" / f"p{width}.png"))
            self.assertEqual(made.shape, means.shape)
            self.assertLessEqual(numpy.abs(made - means).max(), 0.5001)

    def test_a_second_run_does_nothing(self):
        pixels, _ = squares(40, 40, 2)
        rows = [self.row("a.png"), self.row("b.png")]
        for row in rows:
            cv2.imwrite(str(self.package / row["file"]), pixels)
        self.assertEqual(open_data.get(rows, self.out, self.unpack), 1)
        (self.out / "photos" / "b.png").unlink()
        kept = (self.out / "photos" / "a.png").stat().st_mtime_ns
        self.assertEqual(open_data.get(rows, self.out, self.unpack), 1)
        self.assertEqual(open_data.get(rows, self.out, self.unpack), 0)
        self.assertEqual(self.unpacked, ["made", "made"])
        self.assertEqual((self.out / "photos" / "a.png").stat().st_mtime_ns, kept)
        self.assertEqual(sorted(path.name for path in self.out.iterdir()), ["LICENCES.csv", "photos"])
        self.assertIn("2 photographs of 0.0 megapixels", open_data.summary(rows, self.out))

    def test_licences_are_written_beside_them(self):
        pixels, _ = squares(40, 40, 2)
        cv2.imwrite(str(self.package / "a.png"), pixels)
        open_data.get([self.row("a.png")], self.out, self.unpack)
        with open(self.out / "LICENCES.csv", newline="") as file:
            (line,) = csv.DictReader(file)
        self.assertEqual((line["picture"], line["licence"], line["author"], line["source"]),
                         ("photos/a.png", "CC0-1.0", "us", "Debian package made"))

    def test_clips_become_numbered_frames(self):
        writer = cv2.VideoWriter(str(self.package / "c.avi"), cv2.VideoWriter_fourcc(*"MJPG"), 25,
                                 (64, 48))
        for level in (50, 100, 150):
            writer.write(numpy.full((48, 64, 3), level, numpy.uint8))
        writer.release()
        open_data.get([self.row("c.avi")], self.out, self.unpack)
        frames = sorted((self.out / "video" / "c").iterdir())
        self.assertEqual([frame.name for frame in frames], ["00000.png", "00001.png", "00002.png"])
        for frame, level in zip(frames, (50, 100, 150)):
            pixels = cv2.imread(str(frame))
            self.assertEqual(pixels.shape, (24, 32, 3))
            self.assertLess(abs(pixels.mean() - level), 3)

    def test_what_is_missing_is_named(self):
        with self.assertRaisesRegex(open_data.OpenDataError, "made has no file /absent.png"):
            open_data.get([self.row("absent.png")], self.out, self.unpack)
        (self.package / "text.png").write_text("no picture")
        with self.assertRaisesRegex(open_data.OpenDataError, "text.png is no picture"):
            open_data.get([self.row("text.png")], self.out, self.unpack)
        self.assertEqual([*(self.out / "photos").iterdir()], [])
        with self.assertRaisesRegex(open_data.OpenDataError, "package No-Such could not be downl"):
            open_data.get([{**self.row("a.png"), "package": "No-Such"}], self.out)


class Drawn(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        count = draw.COUNT
        self.addCleanup(setattr, draw, "COUNT", count)
        draw.COUNT = draw.TEXT_EVERY

    def test_are_the_same_each_time_and_differ_from_each_other(self):
        open_data.make_drawn(self.folder)
        pictures = [cv2.imread(str(path)) for path in open_data.drawn(self.folder)]
        for pixels in pictures:
            self.assertEqual(pixels.shape, (draw.SIDE, draw.SIDE, 3))
            self.assertGreater(pixels.std(), 20)
        for number in (0, draw.TEXT_EVERY - 1):
            self.assertTrue((pictures[number] == draw.picture(number)).all())
        for first, second in zip(pictures, pictures[1:]):
            self.assertGreater(numpy.abs(first.astype(int) - second).mean(), 10)

    def test_most_things_have_a_texture_strong_or_weak(self):
        random = numpy.random.default_rng(3)

        def detail():
            """What a blur takes away from the texture of one thing, in codes."""
            values = draw.texture(random, 96, 96)[..., 0].astype(numpy.float32)
            return (values - cv2.GaussianBlur(values, (0, 0), 4)).std()

        details = [detail() for _ in range(100)]
        self.assertTrue(55 < sum(value > 0.5 for value in details) < 85, details)
        self.assertTrue(10 < sum(0.5 < value < 3 for value in details), details)
        self.assertTrue(10 < sum(value > 5 for value in details), details)

    def test_are_made_once_and_named_with_their_licence(self):
        open_data.make_drawn(self.folder)
        times = [path.stat().st_mtime_ns for path in open_data.drawn(self.folder)]
        open_data.make_drawn(self.folder)
        self.assertEqual([path.stat().st_mtime_ns for path in open_data.drawn(self.folder)], times)
        open_data.write_licences([], [], self.folder)
        with open(self.folder / "LICENCES.csv", newline="") as file:
            lines = list(csv.DictReader(file))
        self.assertEqual(len(lines), draw.COUNT)
        self.assertEqual((lines[0]["picture"], lines[0]["licence"]), ("drawn/000.png", "CC0-1.0"))


if __name__ == "__main__":
    unittest.main()
