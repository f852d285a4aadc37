# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shipped weights keep the promises of their cards and of the documentation.

Usage: test_models.py cards | quality | digits, in the environment of the tree, with DENOISEAE_MODELS (the
folder of the models) and DENOISEAE_SHARED_DEFAULT (where test pictures are, unless DENOISEAE_SHARED
says otherwise).
"""

import csv
import gzip
import json
import math
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

MODELS = pathlib.Path(os.environ["DENOISEAE_MODELS"])
SHARED = pathlib.Path(os.environ.get("DENOISEAE_SHARED", os.environ["DENOISEAE_SHARED_DEFAULT"]))
BSD68 = SHARED / "data" / "photos" / "test" / "BSD68"
MNIST = SHARED / "data" / "mnist"


def mean_psnr(*options, model="balanced", method=None):
    """Returns the mean PSNR that denoiseae-eval measures. method: the name of the row in its table."""
    method = method or model
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "results.csv"
        subprocess.run(["denoiseae-eval", "--model", model, "--csv", results, *options],
                       check=True, stdout=subprocess.DEVNULL)
        with open(results, newline="", encoding="ascii") as rows:
            for row in csv.DictReader(rows):
                if row["method"] == method and row["picture"] == "mean":
                    return float(row["psnr"])
    raise AssertionError("no mean in the results")


class Cards(unittest.TestCase):
    def test_every_model_has_a_card_with_what_one_must_know(self):
        models = sorted(path for path in MODELS.iterdir() if path.is_dir())
        self.assertTrue(models)
        for model in models:
            card = (model / "README.md").read_text(encoding="ascii")
            for word in ("Command", "Data", "Licence", "Duration", "Quality"):
                self.assertIn(word, card, model.name)

    def test_every_manifest_says_how_it_was_trained(self):
        for path in MODELS.glob("*/weights.safetensors"):
            with open(path, "rb") as file:
                (length,) = struct.unpack("<Q", file.read(8))
                header = json.loads(file.read(length))
            manifest = json.loads(header["__metadata__"]["denoiseae"])
            self.assertTrue(manifest["licence"])
            self.assertEqual(manifest["training"]["preset"], path.parent.name)
            for key in ("data", "steps", "date", "metrics"):
                self.assertTrue(manifest["training"][key], key)


class Quality(unittest.TestCase):
    def test_photographs_told_the_level(self):
        told = mean_psnr("--data", BSD68, "--noise", "gaussian:25")
        self.assertGreaterEqual(told, 28.3)

    def test_not_knowing_the_level_costs_little(self):
        # A photograph has no frame before it: fine texture is taken for some of the noise.
        noise = ("--data", BSD68, "--noise", "gaussian:25", "--clip")
        self.assertGreater(mean_psnr(*noise, "--noise-level", "blind"), mean_psnr(*noise) - 0.35)

    def test_clean_pictures_stay_clean(self):
        # The estimate gives levels of 1 and 2 for clean photographs; such noise has 48.1 and 42.1 dB.
        # The network must not cost detail there.
        self.assertGreater(mean_psnr("--data", BSD68, "--noise", "gaussian:1", "--limit", "20"), 47.5)


def write_png(path, pixels, width, height):
    """Writes a gray picture. pixels: one byte per pixel."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(b"\0" + pixels[y * width:(y + 1) * width] for y in range(height))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" +
                     chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def psnr(a, b):
    error = sum((x - y) ** 2 for x, y in zip(a, b)) / len(a)
    return 10 * math.log10(255 ** 2 / error)


class Digits(unittest.TestCase):
    COUNT = 500
    PIXELS = 28 * 28

    def test_levels_that_no_stream_has_are_told(self):
        # Coefficient 0.5 is a deviation of 127 codes. A network that is told 100 reaches only 18.0 dB.
        psnr = mean_psnr("--data", MNIST, "--kind", "mnist", "--limit", "100", "--noise",
                         "coefficient:0.5", model="unet-mnist")
        self.assertGreater(psnr, 20)

    def test_the_pipeline_denoises_digits_as_well_as_the_evaluation(self):
        with gzip.open(MNIST / "t10k-images-idx3-ubyte.gz") as file:
            file.read(16)
            digits = [file.read(self.PIXELS) for _ in range(self.COUNT)]
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            for i, digit in enumerate(digits):
                write_png(folder / f"in-{i:04}.png", digit, 28, 28)
            png = "image/png,framerate=25/1"
            subprocess.run(
                ["gst-launch-1.0", "-q", "multifilesrc", f"location={folder}/in-%04d.png",
                 f"stop-index={self.COUNT - 1}", f"caps={png}", "!", "pngdec", "!", "videoconvert",
                 "!", "video/x-raw,format=GRAY8", "!", "addnoise", "model=coefficient",
                 "level=0.5", "!", "denoiseae", "model=paper-mnist", "threads=1", "!", "sharpen3x3", "!",
                 "pngenc", "!", "multifilesink", f"location={folder}/out-%04d.png"], check=True)
            self.assertEqual(len(list(folder.glob("out-*.png"))), self.COUNT)
            raw = folder / "out.raw"
            subprocess.run(
                ["gst-launch-1.0", "-q", "multifilesrc", f"location={folder}/out-%04d.png",
                 f"stop-index={self.COUNT - 1}", f"caps={png}", "!", "pngdec", "!", "videoconvert",
                 "!", "video/x-raw,format=GRAY8", "!", "filesink", f"location={raw}"], check=True)
            results = raw.read_bytes()
        self.assertEqual(len(results), self.COUNT * self.PIXELS)
        streamed = sum(psnr(digit, results[i * self.PIXELS:(i + 1) * self.PIXELS])
                       for i, digit in enumerate(digits)) / self.COUNT
        evaluated = mean_psnr("--data", MNIST, "--kind", "mnist", "--limit", str(self.COUNT),
                              "--noise", "coefficient:0.5", "--sharpen", "1",
                              model="paper-mnist", method="paper-mnist, sharpened")
        self.assertLess(abs(streamed - evaluated), 0.05, f"{streamed} against {evaluated}")
        # The noisy digits have 9.4 dB.
        self.assertGreater(streamed, 16)


SUITES = {"cards": (Cards, MODELS), "quality": (Quality, BSD68), "digits": (Digits, MNIST)}

if __name__ == "__main__":
    suite, needed = SUITES[sys.argv[1]]
    if not needed.exists():
        raise unittest.SkipTest(f"nothing at {needed}")
    unittest.main(argv=[sys.argv[0], suite.__name__])
