# SPDX-License-Identifier: LGPL-2.1-or-later
"""The includes of the tree keep its directions, and the scanner sees those that do not."""

import pathlib
import tempfile
import unittest

import layering

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Each rule has one violation here, as folder and include.
PLANTED = {
    "GStreamer and GLib": ("lib/src/frame", "<gst/gst.h>"),
    "LibTorch": ("plugin", "<torch/torch.h>"),
    "Highway": ("plugin", "<hwy/highway.h>"),
    "OpenCV": ("lib/src/noise", "<opencv2/core.hpp>"),
    "libavcodec": ("training/train", "<libavcodec/avcodec.h>"),
    "the command line": ("lib/src", "<CLI/CLI.hpp>"),
    "TOML": ("lib/src/model", "<toml++/toml.h>"),
    "JSON": ("lib/include/denoiseae", "<nlohmann/json.hpp>"),
    "the inside of the library": ("plugin", '"net/graph.h"'),
    "the plugin's headers": ("training", '"gstvideobridge.h"'),
    "networks": ("lib/src/frame", '"net/graph.h"'),
    "engines": ("lib/src/net", '"engine/engine.h"'),
    "frames": ("lib/src/net", "<denoiseae/frame.h>"),
    "weights files": ("lib/src/net", '"model/safetensors.h"'),
    "noise": ("lib/src/frame", '"noise/estimate.h"'),
    "kernels": ("lib/src/net", '"kernels/sharpen.h"'),
}


class Scanner(unittest.TestCase):
    def scan(self, folder, include, rules=layering.RULES):
        with tempfile.TemporaryDirectory() as root:
            place = pathlib.Path(root) / folder
            place.mkdir(parents=True)
            (place / "planted.cpp").write_text(f"#include <vector>\n  # include {include}\n")
            return list(layering.violations(root, rules))

    def test_sees_a_violation_of_every_rule(self):
        self.assertEqual(sorted(PLANTED), sorted(rule.what for rule in layering.RULES))
        for rule in layering.RULES:
            with self.subTest(rule.what):
                folder, include = PLANTED[rule.what]
                found = self.scan(folder, include, [rule])
                self.assertEqual(len(found), 1, found)
                self.assertIn(f"{folder}/planted.cpp", found[0])

    def test_allows_what_the_directions_allow(self):
        for folder, include in (
            ("plugin", "<gst/video/video.h>"),
            ("plugin", "<denoiseae/denoiser.h>"),
            ("lib/src/engine/torch", "<torch/torch.h>"),
            ("lib/src/engine", '"model/model_data.h"'),
            ("lib/src", '"frame/pack.h"'),
            ("training/train", '"frame/pack.h"'),
        ):
            with self.subTest(folder):
                self.assertEqual(self.scan(folder, include), [])


class Tree(unittest.TestCase):
    def test_keeps_the_directions(self):
        self.assertEqual(list(layering.violations(ROOT)), [])


if __name__ == "__main__":
    unittest.main()
