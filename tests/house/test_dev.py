# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands of ./dev install and build what they need and no more, in any order.

The script runs in a folder of its own, with programs that only write down how they are called.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Each program adds its arguments to the log. dpkg-query says that every package is installed.
PROGRAM = """#!/bin/sh
printf '%s\\n' "${0##*/} $*" >>"$LOG"
"""
MESON = PROGRAM + """
test "$1" != setup || { mkdir -p "$2" && : >"$2/build.ninja"; }
"""
DPKG_QUERY = PROGRAM + """
for word; do
  case $word in -*) ;; *) echo "installed $word" ;; esac
done
"""
# These fetch and unpack a package as far as ./dev sees it.
APT_GET = PROGRAM + """
for word; do
  case $* in *--download-only*)
    case $word in Dir::Cache=*) : >"${word#*=}/archives/check.deb" ;; esac ;;
  esac
done
"""
DPKG_DEB = PROGRAM + """
folder=$(mktemp -d)
pkgconfig=usr/lib/aarch64-linux-gnu/pkgconfig
mkdir -p "$folder/$pkgconfig" "$folder/usr/share/pkgconfig"
echo prefix=/usr >"$folder/$pkgconfig/check.pc"
tar -c -C "$folder" usr
rm -r "$folder"
"""
HEAVY = ("libtorch-dev", "libopencv-dev", "check", "clang-tidy", "clang-format")


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copy(ROOT / "dev", self.folder / "dev")
        shutil.copytree(ROOT / "tests" / "platforms", self.folder / "tests" / "platforms")
        support = self.folder / "tests" / "support"
        support.mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "support" / "summary.py", support)
        (self.folder / "bin").mkdir()
        for name, text in (("meson", MESON), ("ninja", PROGRAM), ("dpkg-query", DPKG_QUERY),
                           ("apt-get", APT_GET), ("dpkg-deb", DPKG_DEB)):
            (self.folder / "bin" / name).write_text(text)
            (self.folder / "bin" / name).chmod(0o755)
        self.log = self.folder / "log"

    def dev(self, *arguments, **environment):
        """How the programs are called by a command, without the paths of the folder."""
        self.log.write_text("")
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        inherited = {name: value for name, value in os.environ.items() if name != "CI"}
        done = subprocess.run([self.folder / "dev", *arguments], capture_output=True, text=True,
                              env={**inherited, "PATH": path, "LOG": str(self.log), **environment},
                              check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.log.read_text().replace(f"{self.folder}/", "").splitlines()

    def packages(self, calls):
        return {word for call in calls if call.startswith("dpkg-query ") for word in call.split()}

    def builds(self, calls):
        """The calls that configure and build."""
        return [call for call in calls
                if call.startswith(("ninja", "meson setup", "meson configure"))]

    def test_demo_needs_little(self):
        calls = self.dev("demo")
        self.assertIn("libgstreamer1.0-dev", self.packages(calls))
        self.assertEqual(self.packages(calls).intersection(HEAVY), set())
        self.assertEqual(self.builds(calls)[1:], ["ninja -C build demo"])

    def test_test_needs_everything(self):
        calls = self.dev("test", "--suite", "lint")
        self.assertEqual(self.packages(calls).intersection(HEAVY), set(HEAVY))
        setup, ninja = self.builds(calls)
        self.assertIn("-Dauto_features=enabled", setup)
        self.assertEqual(ninja, "ninja -C build")
        self.assertTrue(calls[-1].endswith("--suite lint"), calls[-1])

    def test_test_needs_lint_on_request(self):
        self.assertNotIn("clang-tidy", self.packages(self.dev("test")))

    def test_run_installs_what_scripts_need(self):
        needs = {"python3-opencv", "python3-gi", "ffmpeg"}
        for words, packages, heavy in (
                (("gst-launch-1.0", "--version"), set(), False),
                (("examples/compare/compare.py", "film.mp4"), needs, False),
                (("python3", "benchmarks/quality/hdr.py", "DATA"), needs, True),
                (("benchmarks/quality/adapt.py", "DATA"), needs, True),
                (("denoiseae-train", "--list-keys"), needs, True)):
            with self.subTest(words=words):
                installed = self.packages(self.dev("run", *words))
                self.assertEqual(installed & needs, packages)
                self.assertEqual("libtorch-dev" in installed, heavy)

    def test_test_with_clang_has_a_folder_of_its_own(self):
        calls = self.dev("test", "--suite", "lib", "--compiler", "clang")
        self.assertIn("clang", self.packages(calls))
        setup, ninja = self.builds(calls)
        self.assertTrue(setup.startswith("meson setup build-clang"), setup)
        self.assertIn("-Dwerror=true", setup)
        self.assertEqual(ninja, "ninja -C build-clang")
        self.assertEqual(calls[-1], "meson test -C build-clang --no-rebuild --print-errorlogs --suite lib")

    def as_root(self):
        """Lets a sudo run what it is given, for users who are not root."""
        sudo = self.folder / "bin" / "sudo"
        sudo.write_text('#!/bin/sh\nexec "$@"\n')
        sudo.chmod(0o755)

    def test_test_on_another_release_passes_its_options_on(self):
        script = self.folder / "tests" / "platforms" / "run_in_root.sh"
        script.write_text(PROGRAM)
        self.as_root()
        calls = self.dev("test", "--on", "debian13", "--suite", "lib")
        self.assertIn("debootstrap", self.packages(calls))
        self.assertEqual(calls[-1], "run_in_root.sh debian13 ./dev test --suite lib")
        calls = self.dev("test", "--compiler", "clang", "--on", "debian12")
        self.assertEqual(calls[-1], "run_in_root.sh debian12 ./dev test --compiler clang")

    def test_packages_for_arm_are_tested_under_emulation(self):
        script = self.folder / "tests" / "packages" / "package.sh"
        script.parent.mkdir()
        script.write_text(PROGRAM)
        script.chmod(0o755)
        self.as_root()
        calls = self.dev("package", "debian13", "--profiles", "nocheck")
        self.assertEqual(calls[-1], "package.sh debian13 --profiles nocheck")
        self.assertNotIn("qemu-user-static", self.packages(calls))
        calls = self.dev("package", "--arch", "arm64")
        self.assertEqual(calls[-1], "package.sh --arch arm64")
        self.assertIn("qemu-user-static", self.packages(calls))

    def test_test_on_arm_emulates_what_it_builds(self):
        calls = self.dev("test", "--on", "arm64", "engine_ops")
        self.assertNotIn("libtorch-dev", self.packages(calls))
        self.assertIn("ninja -C build-arm64", calls)
        self.assertEqual(calls[-1], "meson test -C build-arm64 --no-rebuild --print-errorlogs -t 20 "
                         "--suite lib --suite plugin --no-suite tools engine_ops")

    def test_test_names_the_systems_that_there_are(self):
        for options in (("--on", "debian"), ("--on",), ("--compiler", "tcc"),
                        ("--on", "arm64", "--compiler", "clang")):
            with self.subTest(options=options):
                done = subprocess.run([self.folder / "dev", "test", *options], capture_output=True,
                                      text=True, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stderr, "there are the systems debian12, debian13|needs a name")

    def test_demo_and_test_share_a_folder_in_either_order(self):
        for first, second in (("demo", "test"), ("test", "demo")):
            with self.subTest(first=first):
                shutil.rmtree(self.folder / "build", ignore_errors=True)
                once = self.builds(self.dev(first)) + self.builds(self.dev(second))
                self.assertEqual([call.startswith("meson setup") for call in once].count(True), 1)
                # A folder that has learnt all options is not configured again.
                again = self.builds(self.dev(first)) + self.builds(self.dev(second))
                self.assertEqual([call for call in again if not call.startswith("ninja")], [])

    def test_run_builds_what_its_command_needs(self):
        calls = self.dev("run", "gst-inspect-1.0", "denoiseae")
        self.assertIn("gstreamer1.0-tools", self.packages(calls))
        self.assertEqual(self.packages(calls).intersection(HEAVY), set())
        self.assertIn("libtorch-dev", self.packages(self.dev("run", "denoiseae-train", "--help")))

    def test_run_looks_for_what_the_demo_did_not_need(self):
        self.assertNotIn("libpipewire-0.3-dev", self.packages(self.dev("demo")))
        calls = self.dev("run", "true")
        self.assertIn("libpipewire-0.3-dev", self.packages(calls))
        self.assertEqual(self.builds(calls), ["meson configure build -Dvirtual_camera=auto",
                                              "ninja -C build"])
        self.assertEqual(self.builds(self.dev("run", "true")), ["ninja -C build"])

    def test_fuzz_builds_one_target_with_clang_and_runs_it(self):
        for target in ("idx", "csv"):
            (self.folder / "tests" / "fuzz" / "corpus" / target).mkdir(parents=True)
        programs = self.folder / "build-fuzz" / "tests" / "fuzz"
        programs.mkdir(parents=True)
        (programs / "fuzz_idx").write_text(PROGRAM)
        (programs / "fuzz_idx").chmod(0o755)
        calls = self.dev("fuzz", "idx", "7", "-runs=5")
        self.assertIn("clang", self.packages(calls))
        setup, ninja = self.builds(calls)
        self.assertTrue(setup.startswith("meson setup build-fuzz"), setup)
        self.assertIn("-Dfuzz=true", setup)
        self.assertEqual(ninja, "ninja -C build-fuzz tests/fuzz/fuzz_idx")
        self.assertTrue(calls[-1].startswith("fuzz_idx -max_total_time=7"), calls[-1])
        self.assertTrue(calls[-1].endswith("-runs=5 out/fuzz/idx tests/fuzz/corpus/idx/"), calls[-1])

    def test_sanitize_has_a_folder_for_each_kind(self):
        calls = self.dev("sanitize")
        self.assertEqual([call.split()[2] for call in calls if call.startswith("meson setup")],
                         ["build-asan", "build-tsan"])
        self.assertEqual(len([call for call in calls if call.startswith("meson test")]), 2)

    def test_emulate_tests_on_processors_of_two_architectures(self):
        calls = self.dev("emulate")
        self.assertLessEqual({"qemu-user", "g++-aarch64-linux-gnu"}, self.packages(calls))
        tests = [call for call in calls if call.startswith("meson test")]
        self.assertEqual(len(tests), 4)
        for cpu, call in zip(("Haswell", "Nehalem"), tests):
            self.assertIn("meson test -C build ", call)
            self.assertIn(f"--wrapper qemu-x86_64 -cpu {cpu}", call)
        for cpu, call in zip(("cortex-a72", "max"), tests[2:]):
            self.assertIn("meson test -C build-arm64 ", call)
            self.assertIn(f"--logbase emulated-{cpu}", call)
        for call in tests:
            self.assertIn("direct_convolution", call)
            self.assertEqual("engine_ops_neon_dot" in call, call is tests[3], call)

    def test_emulate_fetches_what_it_links_for_arm_once(self):
        calls = self.dev("emulate")
        (fetched,) = [call for call in calls if call.startswith("apt-get") and "download" in call]
        self.assertIn("APT::Architecture=arm64", fetched)
        self.assertIn("--download-only check libsubunit-dev libgstreamer1.0-dev", fetched)
        packages = self.folder / "build-arm64" / "packages"
        (found,) = packages.rglob("check.pc")
        self.assertEqual(found.read_text(), f"prefix={packages}/usr\n")
        setup = [call for call in self.builds(calls) if "meson setup build-arm64" in call]
        self.assertIn("--cross-file tests/emulation/arm64.ini "
                      "--cross-file build-arm64/packages/arm64.ini", setup[0])
        self.assertIn(f"'{packages}'", (packages / "arm64.ini").read_text())
        self.assertEqual([call for call in self.dev("emulate") if call.startswith("apt-get")], [])

    def test_warnings_are_errors_where_tests_run_by_themselves(self):
        self.assertNotIn("-Dwerror=true", " ".join(self.dev("test")))
        self.assertIn("meson configure build -Dwerror=true", self.dev("test", CI="true"))
        shutil.rmtree(self.folder / "build")
        self.assertIn("-Dwerror=true", self.builds(self.dev("test", CI="true"))[0])


if __name__ == "__main__":
    unittest.main()
