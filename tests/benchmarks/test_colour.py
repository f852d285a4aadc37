# SPDX-License-Identifier: LGPL-2.1-or-later
"""The programs that measure PQ, HLG and weights of luma code colours as the standards say. The element
is stood in for by a function."""

import contextlib
import io
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality"), str(ROOT / "benchmarks")]

try:
    import element
    import colour  # after element, as it asks
    import hdr
    import numpy
    import rgb_weights
    import scenes
except (ImportError, ValueError) as error:
    raise unittest.SkipTest(str(error)) from error


class Curves(unittest.TestCase):
    def test_pq_has_the_codes_of_known_luminances(self):
        light = numpy.array([0, 100, 203, 1000, 10000]) / 203
        numpy.testing.assert_allclose(colour.pq(light), [0, 0.508, 0.581, 0.752, 1], atol=5e-4)

    def test_hlg_joins_its_two_parts(self):
        scene = numpy.array([0, 1 / 48, 1 / 12 - 1e-9, 1 / 12 + 1e-9, 0.265, 1])
        numpy.testing.assert_allclose(colour.hlg(scene / 0.265), [0, 0.25, 0.5, 0.5, 0.75, 1],
                                      atol=5e-4)

    def test_gray_has_no_colour_and_white_has_the_code_of_its_curve(self):
        for name, code in (("SDR", 940), ("PQ", 573), ("HLG", 721)):
            planes = colour.SIGNALS[name].planes(numpy.ones((4, 8, 3)))
            with self.subTest(signal=name):
                self.assertEqual(planes.size, 4 * 8 * 3 // 2)
                self.assertLessEqual(abs(int(planes[0]) - code), 1)
                numpy.testing.assert_array_equal(planes[32:], 512)

    def test_pure_colours_reach_the_ends_of_their_differences(self):
        for weights, (red, blue) in colour.WEIGHTS.items():
            y, cb, cr = colour.luma_matrix(weights) @ numpy.eye(3)
            with self.subTest(weights=weights):
                numpy.testing.assert_allclose(y, [red, 1 - red - blue, blue])
                self.assertAlmostEqual(cb[2], 0.5)
                self.assertAlmostEqual(cr[0], 0.5)


class Run(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        random = numpy.random.default_rng(1)
        for number in range(6):
            scenes.write_picture(self.folder / "video/test/clip" / f"{number:05}.png",
                                 random.integers(40, 200, (32, 48, 3), numpy.uint8))
        for name in ("clean", "noisy"):
            scenes.write_picture(self.folder / "real-noise/cc" / f"a_{name}.png",
                                 random.integers(40, 200, (32, 48, 3), numpy.uint8))
        self.seen = []
        patch = mock.patch.object(element, "denoised_raw", self.denoised)
        patch.start()
        self.addCleanup(patch.stop)

    def denoised(self, frames, size, video_format, colorimetry, settings):
        """Stands in for a denoiser that does nothing, or spoils frames when told another level than 3."""
        self.assertEqual(size, (48, 32))
        self.seen.append((video_format, colorimetry))
        spoiled = settings.get("noise-level", 3) != 3
        return [frame // (1 + spoiled) for frame in frames], [2.5] * (len(frames) - 1)

    def table(self, program):
        out = io.StringIO()
        with mock.patch.object(sys, "argv", ["program", str(self.folder)]), \
                contextlib.redirect_stdout(out):
            program.main()
        return [line.strip("| ").split(" | ") for line in out.getvalue().splitlines()[2:]]

    def test_signals_are_denoised_blind_and_told(self):
        rows = self.table(hdr)
        self.assertEqual([row[0] for row in rows], [f"ISO {iso}, {name}" for iso in hdr.ISOS
                                                    for name in ("SDR", "PQ", "HLG")])
        for _, before, blind, told, dark, bright, estimated, level in rows:
            self.assertEqual((before, estimated, level), (blind, "2.50", "3.00"))
            self.assertEqual(before, told)
            self.assertGreater(float(dark), float(bright))
        self.assertEqual({seen for seen in self.seen if seen[1] != "bt709"},
                         {("i420-10le", "bt2100-pq"), ("i420-10le", "bt2100-hlg")})

    def test_weights_are_undone(self):
        rows = self.table(rgb_weights)
        self.assertEqual(len(rows), 5)
        for title, before, *made in rows:
            self.assertEqual(len(made), 1 + len(colour.WEIGHTS))
            with self.subTest(row=title):
                self.assertEqual(set(made), {before})


if __name__ == "__main__":
    unittest.main()
