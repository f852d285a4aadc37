# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev quality runs the element, with OpenCV in the same process."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality")]

try:
    import element
    import cv2  # noqa: F401  after element, as it asks
    import numpy
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

FRAMES = numpy.full((3, 32, 48), 90, numpy.uint8)


class Element(unittest.TestCase):
    def test_frames_and_levels_come_back(self):
        noisy = FRAMES + numpy.random.default_rng(1).integers(-9, 10, FRAMES.shape).astype(numpy.uint8)
        result, levels = element.denoised(noisy, "fast")
        self.assertEqual(result.shape, FRAMES.shape)
        self.assertLess(abs(result.astype(int) - 90).mean(), abs(noisy.astype(int) - 90).mean())
        self.assertEqual(len(levels), 2)

    def test_what_the_weights_lack_is_an_error_that_can_be_caught(self):
        with self.assertRaisesRegex(element.ElementError, "int8"):
            element.denoised(FRAMES, "fast", "int8")
        with self.assertRaisesRegex(element.ElementError, "no-such-model"):
            element.denoised(FRAMES, "no-such-model")


if __name__ == "__main__":
    unittest.main()
