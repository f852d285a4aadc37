# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev bench has a table of targets, and its programs measure what they say."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

PLUGIN = sys.argv[1]
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "speed"), str(ROOT / "benchmarks")]

import targets
import verdicts
from programs import objects


class Table(unittest.TestCase):
    def test_has_a_title_for_every_target_and_each_target_once(self):
        keys = [target.key for target in targets.TARGETS]
        self.assertEqual(len(keys), len(set(keys)))
        text = verdicts.as_text(verdicts.judge(targets.TARGETS, {}), targets.TITLES)
        self.assertEqual(text.count("not there"), len(keys))


class Programs(unittest.TestCase):
    def library(self, *arguments):
        return objects("denoiseae-bench-library", "--model", "balanced", "--size", "64x48",
                       "--frames", 5, "--threads", 1, *arguments)

    def test_objects_are_the_lines_that_are_json(self):
        self.assertEqual(objects(sys.executable, "-c", 'print("x\\n{\\"a\\": 1}")'), [{"a": 1}])
        with self.assertRaises(subprocess.CalledProcessError):
            objects(sys.executable, "-c", "exit(1)")

    def test_the_library_is_timed_and_its_frames_written(self):
        with tempfile.TemporaryDirectory() as folder:
            (line,) = self.library("--write", folder)
            frames = sorted(pathlib.Path(folder).iterdir())
            self.assertEqual({frame.stat().st_size for frame in frames}, {64 * 48 * 3 // 2})
            self.assertEqual(frames[0].name, "00.yuv")
            self.assertNotEqual(frames[0].read_bytes(), frames[1].read_bytes())
        self.assertEqual(line["frames"], 5)
        self.assertAlmostEqual(line["frames_per_s"] * line["median_ms"], 1000, places=3)
        self.assertLessEqual(line["median_ms"], line["slowest_ms"])
        self.assertGreater(line["memory_mib"], 0)
        # 64 x 48 pixels take up to 5 k multiplications each.
        self.assertGreater(line["gmacs"], 0.005)
        self.assertLess(line["gmacs"], 0.017)

    def test_the_library_is_timed_in_other_formats(self):
        with tempfile.TemporaryDirectory() as folder:
            (line,) = self.library("--format", "BGR", "--write", folder)
            frame = (pathlib.Path(folder) / "00.yuv").read_bytes()
        self.assertEqual(line["format"], "BGR")
        self.assertEqual(len(frame), 64 * 48 * 3)
        # Each colour has noise of its own.
        self.assertNotEqual(frame[0::3], frame[1::3])
        self.assertNotEqual(frame[1::3], frame[2::3])

    def test_the_library_tells_the_time_of_each_part(self):
        (line,) = self.library("--parts")
        parts = line["parts_ms"]
        self.assertEqual(len(parts), 10)
        for name in ("motion_search", "alignment", "brightness", "noise_estimate", "noise_features",
                     "packing", "subtraction", "rest"):
            self.assertGreater(parts[name], 0, name)
        self.assertGreater(parts["convolutions"], 0)
        self.assertGreater(parts["convolutions"] + parts["network_rest"] + parts["rest"],
                           parts["packing"])
        self.assertLessEqual(sum(parts.values()), line["slowest_ms"])
        (line,) = self.library()
        self.assertNotIn("parts_ms", line)

    def test_the_network_is_timed_layer_by_layer_without_libtorch(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "lines.jsonl"
            subprocess.run(["denoiseae-bench-engine", "--model", "balanced", "--size", "64x48", "--threads",
                            "1", "--seconds", "0.01", "--no-torch", "--precisions",
                            "float32,bfloat16", "--json", out], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            lines = [json.loads(line) for line in out.read_text(encoding="ascii").splitlines()]
        self.assertIn("float32", {line["precision"] for line in lines})
        self.assertNotIn("int8", {line["precision"] for line in lines})
        self.assertNotIn("torch", {line["engine"] for line in lines})
        for line in lines:
            layers = line["layers"]
            self.assertGreater(len(layers), 10)
            self.assertAlmostEqual(sum(layer["ms"] for layer in layers), line["convolution_ms"], places=6)
            gmacs = sum(layer["ms"] * layer["gmacs_per_s"] / 1000 for layer in layers)
            self.assertAlmostEqual(gmacs, line["gmacs"], places=6)
            self.assertEqual((layers[-1]["inputs"], layers[-1]["outputs"]), (16, 6))

    @unittest.skipUnless(PLUGIN == "plugin", "built without the plugin")
    def test_a_live_source_is_played(self):
        with tempfile.TemporaryDirectory() as folder:
            self.library("--write", folder)
            live = ROOT / "benchmarks" / "speed" / "live.py"
            (line,) = objects(sys.executable, live, folder, "--size", "64x48", "--model", "fast",
                              "--settle", 0.5, "--seconds", 1.5, "--alone", 5)
        self.assertEqual((line["size"], line["model"]), ("64x48", "fast"))
        self.assertGreater(line["shown"], 0)
        self.assertLessEqual(line["possible_per_s"], 60)
        self.assertGreater(line["history"], 1)
        self.assertGreater(line["latency_s"], 0)
        self.assertGreater(line["delay_s"], 0)

    def test_unknown_names_are_errors(self):
        for option, name in (("--precision", "int9"), ("--format", "I421")):
            done = subprocess.run(["denoiseae-bench-library", option, name],
                                  stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn(name, done.stderr)

    def test_streams_side_by_side_are_counted(self):
        (line,) = objects("denoiseae-bench-streams", "--streams", 5, "--size", "96x192",
                          "--frames", 2, "--threads", 1)
        # Each stream has a thread of its own, and none besides it.
        self.assertEqual(line["process_threads"], 6)
        self.assertGreater(line["ms_per_frame"], 0)
        self.assertGreater(line["busy_ms_per_frame"], 0)
        self.assertLessEqual(line["median_ms"], line["slowest_ms"])
        self.assertGreater(line["peak_mib"], 1)
        done = subprocess.run(["denoiseae-bench-streams", "--size", "wide"],
                              stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("640x360", done.stderr)

    def test_the_peak_is_measured_for_each_level_that_the_processor_has(self):
        lines = objects("denoiseae-bench-peak")
        flags = set(pathlib.Path("/proc/cpuinfo").read_text(encoding="ascii").split())
        wanted = {("scalar", "float32")}
        for flag, level, precision in (
                ("sse4_1", "sse41", "float32"), ("avx2", "avx2", "float32"),
                ("avx2", "avx2", "int8"), ("avx_vnni", "avx_vnni", "int8"),
                ("avx512f", "avx512", "float32"), ("avx512_vnni", "avx512_vnni", "int8"),
                ("avx512_bf16", "avx512_bf16", "bfloat16"), ("amx_int8", "amx", "bfloat16"),
                ("amx_int8", "amx", "int8"), ("asimd", "neon", "float32"),
                ("asimddp", "neon_dot", "int8"), ("bf16", "neon_bf16", "bfloat16"),
                ("i8mm", "neon_i8mm", "int8")):
            if flag in flags:
                wanted.add((level, precision))
        self.assertEqual({(line["level"], line["precision"]) for line in lines}, wanted)
        # A loop that the compiler has computed beforehand would be faster than any processor.
        for line in lines:
            self.assertGreater(line["gmacs_per_s"], 0.01)
            self.assertLess(line["gmacs_per_s"], 20000)

    def test_the_peak_takes_no_more_threads_than_processors(self):
        for threads in ("0", "100000"):
            done = subprocess.run(["denoiseae-bench-peak", "--threads", threads],
                                  stderr=subprocess.PIPE, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn(threads, done.stdout or done.stderr)

    def test_sharpening_is_compared_with_copying(self):
        (line,) = objects("denoiseae-bench-filters")
        self.assertGreater(line["copy_ms"], 0)
        self.assertGreater(line["sharpen_ms"], 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
