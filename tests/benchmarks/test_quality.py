# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev quality reads tables, makes clips from photographs, and judges figures."""

import pathlib
import sys
import tempfile
import types
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality"), str(ROOT / "benchmarks")]

try:
    import cv2
    import numpy
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

import page
import quality
import scenes
import targets
import verdicts
from verdicts import Measured, Target

TABLE = """noise,clipped,method,picture,format,frames,psnr,ssim
gaussian:30,0,noisy,a,I420,2,18.5000,0.300000
gaussian:30,0,noisy,mean,,2,18.5000,0.300000
gaussian:30,0,best,a/00.png,I420,1,28.0000,0.700000
gaussian:30,0,best,a,I420,2,28.2500,0.800000
gaussian:30,0,best,mean,,2,28.2500,0.800000
gaussian:10,0,noisy,mean,,2,28.1000,0.600000
gaussian:10,0,"best, temporal=false",mean,,2,33.1250,0.900000
mean,0,noisy,mean,,2,23.3000,0.450000
"""


class Tables(unittest.TestCase):
    def test_of_the_evaluation_are_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "r.csv"
            path.write_text(TABLE)
            found = targets.read_eval(path)
        self.assertEqual(targets.only_model(found["gaussian:30"]),
                         {"a/00.png": 28.0, "a": 28.25, "mean": 28.25})
        self.assertEqual(found["gaussian:10"]["best, temporal=false"]["mean"], 33.125)
        with self.assertRaises(ValueError):
            targets.only_model(found["mean"])


class Verdicts(unittest.TestCase):
    def row(self, sign, limit, value):
        target = Target(targets.CLIPS, "fast", "x", sign, limit)
        measured = {} if value is None else {target.key: Measured(value)}
        (row,) = verdicts.judge([target], measured)
        return row

    def test_compare_with_the_limit(self):
        for sign, limit, value, passed in (
                (">=", 34.6, 34.6, True), (">=", 34.6, 34.59, False), ("<=", 0.2, 0.2, True),
                ("<=", 0.2, 0.21, False), ("<=", 0.2, -3, True), (">", 0, 0.0, False),
                (">", 0, 0.01, True), (">=", 4, float("nan"), False)):
            with self.subTest(sign=sign, limit=limit, value=value):
                row = self.row(sign, limit, value)
                self.assertEqual(row.passed, passed)
                self.assertEqual(row.cells()[4], "pass" if passed else "MISS")

    def test_models_that_are_not_there_miss(self):
        row = self.row("<=", 1, None)
        self.assertFalse(row.passed)
        self.assertEqual(row.cells()[3:5], ["not there", "MISS"])

    def test_where_nothing_is_asked_nothing_is_judged(self):
        for value in (None, 30.0):
            row = self.row("", 0, value)
            self.assertEqual(row.cells()[2], "")
            self.assertEqual(row.cells()[4], "")

    def test_nothing_is_measured_without_a_target(self):
        with self.assertRaises(KeyError):
            verdicts.judge([], {(targets.CLIPS, "fast", "typo"): Measured(1)})

    def test_report_lists_every_target_and_ends_with_the_count(self):
        wanted = targets.TARGETS
        keys = [target.key for target in wanted + targets.MORE]
        self.assertEqual(len(keys), len(set(keys)))
        first = wanted[0]
        asked = sum(target.asks for target in wanted)
        self.assertLess(asked, len(wanted))
        rows = verdicts.judge(wanted, {first.key: Measured(first.limit + 1, "on a clip")})
        text = verdicts.as_text(rows, targets.TITLES)
        self.assertTrue(text.endswith(f"\n1 of {asked} targets reached"))
        self.assertEqual(text.count("MISS"), asked - 1)
        self.assertEqual(text.count("pass"), 1)
        self.assertIn("on a clip", text)
        found = {(name, sigma): 30.125 for name in page.SETS for sigma in page.SIGMAS}
        markdown = page.text(rows, {"balanced": found}, {}, [])
        self.assertEqual(markdown.count("MISS"), asked - 1)
        self.assertIn("| Kodak24 | 25 | 30.12 |", markdown)
        self.assertNotIn("`--short`:", markdown)
        short = page.text(rows, {}, {}, [])
        self.assertIn("figures of `--short`", short)
        self.assertNotIn("| Set |", short)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "r.csv"
            verdicts.write_csv(path, rows)
            self.assertEqual(path.read_text().count("\n"), len(wanted) + 1)


class MeasuredRows(unittest.TestCase):
    """Each key that a model's measurement yields is one of the table of targets."""

    def measurement(self, model):
        made = object.__new__(quality.Measurement)
        made.model, made.weights = model, pathlib.Path("weights")
        made.options = types.SimpleNamespace(data=pathlib.Path("data"), short=True, precision="auto")
        made.evaluate = lambda name, data, noises, *arguments: {
            noise: {"noisy": {"mean": 20.0}, "model": {"a": 29.0, "mean": 30.0}} for noise in noises}
        return made

    def assert_listed(self, model, keys):
        listed = {target.key for target in targets.TARGETS}
        for section, what in keys:
            self.assertIn((section, model, what), listed)

    def test_clips_and_colours_have_targets(self):
        for model in targets.MODELS:
            made = self.measurement(model)
            self.assert_listed(model, [key for key, _ in (*made.clips(), *made.colour())])

    def test_real_noise_has_targets(self):
        pictures = numpy.full((2, 8, 8, 3), 90, numpy.uint8)
        with unittest.mock.patch.multiple(
                quality, real_set=lambda data, name: (pictures, pictures + 1, False),
                best_peers=lambda data, name, short: {peer: (40.0, "1") for peer in targets.PEERS}), \
                unittest.mock.patch.object(quality.element, "denoised",
                                           lambda frames, *_: (frames, 0)):
            for model in targets.MODELS:
                found = list(self.measurement(model).real())
                self.assert_listed(model, [key for key, _ in found])
                # Pictures that stay as noisy as they were are not worse.
                self.assertEqual(dict(found)[targets.REAL, targets.NOT_WORSE].value, 0)


class Scenes(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.picture = self.folder / "p.png"
        self.pixels = numpy.random.default_rng(1).integers(0, 256, (20, 60, 3), numpy.uint8)
        cv2.imwrite(str(self.picture), self.pixels)

    def test_pan_moves_by_whole_pixels(self):
        scenes.pan(self.picture, self.folder / "pan", 4, 5, 40)
        for number in range(4):
            frame = cv2.imread(str(self.folder / "pan" / f"{number:05}.png"))
            numpy.testing.assert_array_equal(frame, self.pixels[:, 5 * number:5 * number + 40])
        with self.assertRaises(scenes.SceneError):
            scenes.pan(self.picture, self.folder / "far", 6, 5, 40)

    def test_cut_shows_the_second_picture_at_the_same_place_of_the_set(self):
        other = self.folder / "q.png"
        cv2.imwrite(str(other), self.pixels[::-1])
        for joined in (True, False):
            data = self.folder / str(joined)
            for number in range(2):
                scenes.cut((self.picture, other), data, number, 3, joined)
            shown = [path.resolve().name for path in sorted(data.rglob("*.png"))]
            self.assertEqual(shown, 2 * (3 * ["p.png"] + ["q.png"]))
            self.assertEqual(len(list(data.iterdir())), 2 if joined else 4)

    def test_flicker_is_the_deviation_over_time(self):
        # Half of the pixels alternate by 6 around their mean, the others do not change.
        for number in range(6):
            frame = numpy.full((4, 4), 100, numpy.uint8)
            frame[:2] += numpy.uint8(12 * (number % 2))
            scenes.write_picture(self.folder / "f" / f"{number:05}.png", frame)
        self.assertAlmostEqual(scenes.flicker(self.folder / "f", 2), (36 / 2) ** 0.5)

    def test_noise_is_clipped_and_stays_the_same(self):
        gray = numpy.full((2, 200, 200), 128, numpy.uint8)
        noisy = scenes.with_noise(gray, 10)
        self.assertAlmostEqual(noisy.astype(float).std(), 10, delta=0.2)
        self.assertAlmostEqual(scenes.psnr(gray, noisy), 28.13, delta=0.1)
        self.assertFalse(numpy.array_equal(noisy[0], noisy[1]))
        numpy.testing.assert_array_equal(noisy, scenes.with_noise(gray, 10))
        self.assertEqual(scenes.with_noise(gray * 0, 10).min(), 0)


if __name__ == "__main__":
    unittest.main()
