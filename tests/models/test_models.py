# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shipped weights are what their cards and the documentation promise.

Usage: test_models.py cards | quality, in the environment of the tree, with DENOISEAE_MODELS (the
folder of the models) and DENOISEAE_SHARED_DEFAULT (where test pictures are, unless DENOISEAE_SHARED
says otherwise).
"""

import csv
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest

MODELS = pathlib.Path(os.environ["DENOISEAE_MODELS"])
SHARED = pathlib.Path(os.environ.get("DENOISEAE_SHARED", os.environ["DENOISEAE_SHARED_DEFAULT"]))
BSD68 = SHARED / "data" / "photos" / "test" / "BSD68"


def mean_psnr(*options):
    """Mean PSNR of the weights `balanced` by denoiseae-eval."""
    with tempfile.TemporaryDirectory() as folder:
        results = pathlib.Path(folder) / "results.csv"
        subprocess.run(["denoiseae-eval", "--model", "balanced", "--csv", results, *options],
                       check=True, stdout=subprocess.DEVNULL)
        with open(results, newline="", encoding="ascii") as rows:
            for row in csv.DictReader(rows):
                if row["method"] == "balanced" and row["picture"] == "mean":
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
        self.assertGreaterEqual(told, 28.0)

    def test_not_knowing_the_level_costs_little(self):
        noise = ("--data", BSD68, "--noise", "gaussian:25", "--clip")
        self.assertGreater(mean_psnr(*noise, "--noise-level", "blind"), mean_psnr(*noise) - 0.2)

    def test_clean_pictures_stay_clean(self):
        # Levels of 1 and 2 are what the blind estimate gives for clean photographs: 48.1 and 42.1
        # dB; the network must not cost detail there.
        self.assertGreater(mean_psnr("--data", BSD68, "--noise", "gaussian:1", "--limit", "20"), 47.5)


if __name__ == "__main__":
    if sys.argv[1] == "quality" and not BSD68.exists():
        print(f"skipped: no test pictures at {BSD68}")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], {"cards": "Cards", "quality": "Quality"}[sys.argv[1]]])
