# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is installed works in any prefix, also in one that was moved, with nothing set but GStreamer's path.

Usage: test_install.py BUILD [unittest options], with the build folder.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(sys.argv[1])
# Nothing of the tree may help.
FOREIGN = ("DENOISEAE_", "GST_", "LD_LIBRARY_PATH", "PYTHONPATH", "XDG_DATA_HOME")


def installed(root, pattern):
    """Returns the only file below root that matches."""
    found, = root.rglob(pattern)
    return found


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.folder.name)
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", cls.root], check=True,
                       stdout=subprocess.DEVNULL)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_without_tree(self, command, **variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
        environment |= {"HOME": str(self.root), "GST_REGISTRY": str(self.root / "registry.bin"), **variables}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def test_plugin_denoises(self):
        plugins = installed(self.root, "libgstdenoiseae.so").parent
        done = self.run_without_tree(
            ["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=3", "!", "video/x-raw,width=64,height=48", "!",
             "addnoise", "!", "denoiseae", "!", "fakesink"], GST_PLUGIN_PATH=str(plugins))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_the_engine_of_libtorch_is_found(self):
        if not list(self.root.rglob("libdenoiseae-torch.so")):
            self.skipTest("the engine is not built")
        plugins = installed(self.root, "libgstdenoiseae.so").parent
        done = self.run_without_tree(
            ["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=2", "!", "video/x-raw,width=64,height=48", "!",
             "denoiseae", "engine=torch", "!", "fakesink"], GST_PLUGIN_PATH=str(plugins))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_presets_of_the_element_are_found(self):
        plugins = installed(self.root, "libgstdenoiseae.so").parent
        program = ("import gi; gi.require_version('Gst', '1.0'); from gi.repository import Gst; Gst.init(None); "
                   "print(len(Gst.ElementFactory.make('denoiseae').get_preset_names()))")
        done = self.run_without_tree(["/usr/bin/python3", "-c", program], GST_PLUGIN_PATH=str(plugins))
        self.assertGreater(int(done.stdout or 0), 2, done.stderr)

    def test_training_finds_its_presets(self):
        programs = list(self.root.rglob("bin/denoiseae-train"))
        if not programs:
            self.skipTest("training is not built")
        done = self.run_without_tree([programs[0], "no-such-preset"])
        self.assertIn("found: ", done.stderr)
        self.assertIn("balanced", done.stderr)

    def test_training_finds_the_models(self):
        programs = list(self.root.rglob("bin/denoiseae-train"))
        if not programs:
            self.skipTest("training is not built")
        # The model is loaded before the footage is looked for.
        done = self.run_without_tree([programs[0], "adapt", self.root / "nowhere.mp4", "--out", self.root / "run"])
        self.assertIn("there is no file or folder", done.stderr)

    def test_pkg_config_names_the_prefix_that_was_moved(self):
        file = installed(self.root, "pkgconfig/denoiseae.pc")
        done = self.run_without_tree(["pkg-config", "--cflags", "denoiseae"], PKG_CONFIG_PATH=str(file.parent))
        include = pathlib.Path(done.stdout.strip().removeprefix("-I"))
        self.assertTrue((include / "denoiseae" / "denoiseae.h").is_file(), done.stdout + done.stderr)

    def test_headers_licence_and_metadata_are_there(self):
        for pattern in ("denoiseae/denoiseae.h", "denoiseae/denoiser.h", "detail/denoiser.h", "doc/denoiseae/LICENSE",
                        "doc/denoiseae/docs/elements.md", "doc/denoiseae/docs/choosing/level.jpg",
                        "metainfo/*.metainfo.xml", "pkgconfig/denoiseae.pc", "balanced/weights.safetensors"):
            with self.subTest(pattern):
                self.assertTrue(list(self.root.rglob(pattern)))
        self.assertFalse(list(self.root.rglob("*-core.a")))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
