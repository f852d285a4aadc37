# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev quality runs the element, with OpenCV in the same process."""

import json
import pathlib
import struct
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality")]

try:
    import element
    import numpy

    import yuv  # after element, as it asks; it imports cv2
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

FRAMES = numpy.full((3, 32, 48), 90, numpy.uint8)
FAST = ROOT / "models" / "fast" / "weights.safetensors"


def without_int8(weights):
    """Returns the bytes of a weights file (docs/model-format.md) without what precision=int8 needs."""
    given = weights.read_bytes()
    (length,) = struct.unpack_from("<Q", given)
    header = json.loads(given[8:8 + length])
    manifest = json.loads(header["__metadata__"]["denoiseae"])
    manifest.pop("quantisation", None)
    header["__metadata__"]["denoiseae"] = json.dumps(manifest)
    changed = json.dumps(header).encode()
    changed += b" " * (-len(changed) % 8)
    return struct.pack("<Q", len(changed)) + changed + given[8 + length:]


class Element(unittest.TestCase):
    def test_frames_and_levels_come_back(self):
        noisy = FRAMES + numpy.random.default_rng(1).integers(-9, 10, FRAMES.shape).astype(numpy.uint8)
        result, levels = element.denoised(noisy, "fast")
        self.assertEqual(result.shape, FRAMES.shape)
        self.assertLess(abs(result.astype(int) - 90).mean(), abs(noisy.astype(int) - 90).mean())
        self.assertEqual(len(levels), 2)

    def test_i420_comes_back_without_the_padding_of_its_rows(self):
        # The rows of chroma have 26 bytes, and GStreamer pads them to 28.
        random = numpy.random.default_rng(2)
        clean = yuv.joined(numpy.full((32, 52), 90), numpy.full((2, 16, 26), 120)).astype(numpy.uint8)
        noisy = [yuv.codes(clean + random.normal(0, 10, clean.shape)) for _ in range(3)]
        untouched = element.denoised_i420(noisy, {"model": "fast", "noise-level": 0})
        numpy.testing.assert_array_equal(untouched, noisy)
        made = element.denoised_i420(noisy, {"model": "fast", "noise-level": 10})
        for plane in (yuv.luma, yuv.chroma):
            self.assertGreater(yuv.psnr(plane(clean), plane(made[2])),
                               yuv.psnr(plane(clean), plane(noisy[2])) + 6)

    def test_deep_frames_come_back_as_they_are_and_denoised(self):
        random = numpy.random.default_rng(3)
        clean = numpy.full(48 * 32 * 3 // 2, 500)
        noisy = [(clean + random.normal(0, 40, clean.shape)).astype("<u2") for _ in range(4)]
        untouched, _ = element.denoised_raw(noisy, (48, 32), "i420-10le", "bt2100-pq",
                                            {"model": "fast", "noise-level": 0})
        numpy.testing.assert_array_equal(untouched, noisy)
        made, levels = element.denoised_raw(noisy, (48, 32), "i420-10le", "bt2100-pq", {"model": "fast"})
        self.assertLess(abs(made[3] - 500.0).mean(), abs(noisy[3] - 500.0).mean() / 2)
        self.assertEqual(len(levels), 3)
        self.assertAlmostEqual(levels[-1], 10, delta=1.5)

    def test_the_files_of_the_code_are_the_plugin_and_the_library(self):
        names = " ".join(element.code_files())
        self.assertIn("libgstdenoiseae", names)
        self.assertTrue(all(pathlib.Path(file).is_file() for file in element.code_files()))

    def test_what_the_weights_lack_is_an_error_that_can_be_caught(self):
        with tempfile.TemporaryDirectory() as folder:
            lacking = pathlib.Path(folder) / "lacking.safetensors"
            lacking.write_bytes(without_int8(FAST))
            self.assertEqual(element.denoised(FRAMES, lacking, "float32")[0].shape, FRAMES.shape)
            with self.assertRaisesRegex(element.ElementError, "int8"):
                element.denoised(FRAMES, lacking, "int8")
        with self.assertRaisesRegex(element.ElementError, "no-such-model"):
            element.denoised(FRAMES, "no-such-model")


if __name__ == "__main__":
    unittest.main()
