# SPDX-License-Identifier: LGPL-2.1-or-later
"""The parts of the build are features, and other projects can build on the library.

Usage: test_parts.py BUILD [unittest options], with the build folder.
"""

import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv[1])
PARTS = ("torch", "plugin", "training", "command", "examples", "virtual_camera", "obs", "tests",
         "benchmarks")

# Stands in for a pkg-config on a machine where a package is not installed.
PKG_CONFIG = """#!/bin/sh
for word; do
  test "$word" != {missing} || exit 1
done
exec pkg-config "$@"
"""


class Configured(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def configure(self, *options, source=ROOT, missing="nothing"):
        """Exit status of Meson, and what it prints."""
        pkg_config = self.folder / "pkg-config"
        pkg_config.write_text(PKG_CONFIG.format(missing=missing))
        pkg_config.chmod(0o755)
        machine = self.folder / "machine.ini"
        machine.write_text(f"[binaries]\npkgconfig = '{pkg_config}'\ncmake = 'false'\n")
        done = subprocess.run(["meson", "setup", "--native-file", machine, *options,
                               self.folder / "build", source], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout

    def states(self, output):
        """Part -> whether it is built, and why not, as the summary says."""
        table = re.search(r"^ *Parts\n(.*?)(?=\n\n|\Z)", output, re.MULTILINE | re.DOTALL).group(1)
        return dict(re.findall(r"^ +(\w+) *: (.*)$", table, re.MULTILINE))


class Parts(Configured):
    def test_that_are_auto_are_left_out_when_they_lack_something(self):
        status, output = self.configure("-Dtorch=disabled", missing="gstreamer-video-1.0")
        self.assertEqual(status, 0, output)
        states = self.states(output)
        self.assertEqual(sorted(states), sorted(PARTS))
        self.assertEqual(states["torch"], "no, disabled")
        self.assertEqual(states["training"], "no, without torch")
        self.assertEqual(states["plugin"], "no, without gstreamer-video-1.0")
        self.assertEqual(states["examples"], "no, without plugin")
        self.assertEqual(states["virtual_camera"], "no, without examples")
        self.assertEqual(states["benchmarks"], "yes")

    def test_that_are_enabled_say_what_they_lack(self):
        for options, missing, message in (
            (["-Dplugin=enabled"], "gstreamer-video-1.0", "gstreamer-video-1.0"),
            (["-Dtests=enabled"], "check", "check"),
            (["-Dtraining=enabled", "-Dtorch=disabled"], "nothing",
             "training cannot be built without torch"),
        ):
            with self.subTest(options):
                status, output = self.configure(*options, missing=missing)
                self.assertNotEqual(status, 0)
                self.assertIn(message, output[output.index("ERROR"):])

    def test_can_all_be_disabled(self):
        status, output = self.configure(*(f"-D{part}=disabled" for part in PARTS))
        self.assertEqual(status, 0, output)
        self.assertEqual(self.states(output), {part: "no, disabled" for part in PARTS})


class OtherProjects(Configured):
    def test_find_the_library_as_a_subproject(self):
        project = self.folder / "project"
        (project / "subprojects").mkdir(parents=True)
        (project / "subprojects" / "denoiseae").symlink_to(ROOT)
        (project / "meson.build").write_text(
            "project('other', 'cpp', default_options: ['cpp_std=c++20'])\n"
            "dependency('denoiseae', fallback: 'denoiseae', version: '>= 0.1',\n"
            "  default_options: ['default_library=static'])\n")
        status, output = self.configure("--force-fallback-for=denoiseae", source=project)
        self.assertEqual(status, 0, output)
        self.assertRegex(output, r"Dependency denoiseae found: YES [0-9.]+ \(overridden\)")
        states = self.states(output)
        self.assertEqual(set(states.values()), {"no, disabled"})

    def test_compile_with_the_flags_of_pkg_config(self):
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "denoiseae"], check=True,
                               env={**os.environ, "PKG_CONFIG_PATH": str(BUILD / "meson-uninstalled")},
                               capture_output=True, text=True).stdout
        source = ROOT / "examples" / "embed_cpp" / "denoise_raw.cpp"
        done = subprocess.run(["c++", "-std=c++20", source, "-o", self.folder / "program", *shlex.split(flags)],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    if shutil.which("meson") is None or shutil.which("pkg-config") is None:
        print("skipped: meson or pkg-config is not in the search path")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
