# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/performance.md: its figures, its plots, and what is read for them."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
import xml.etree.ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "speed"), str(ROOT / "benchmarks")]

import ffmpeg_filters
import neon
import performance_page
import plots
import product
import quality_figures
import speed
import targets
import verdicts

CAMERA = """# Quality

## Camera: mean PSNR of the clips in dB

|  | input | fast | told | balanced | told | high | told | hqdn3d |
|---|---|---|---|---|---|---|---|---|
| ISO 1, not coded | 30 | 33 | 40 | 34 | 40 | 35 | 40 | 31 |
| ISO 2, not coded | 20 | 31 | 40 | 33 | 40 | 35 | 40 | 29 |

## More
"""
LOW_LIGHT = """## Real noise, level estimated: gain

|  |  | target | value |  | remark |
|---|---|---|---|---|---|
| fast | cc, over hqdn3d | > 0 dB | 2.17 dB | pass | 33.91 at strength 4, in time 0 |
| fast | lowlight-video, over hqdn3d | > 0 dB | 1.93 dB | pass | 36.55 at strength 20, in time 3 |
| fast | lowlight-video, PSNR |  | 38.49 dB |  |  |
| balanced | lowlight-video, PSNR |  | 39.17 dB |  |  |
| high | lowlight-video, PSNR |  | not there | MISS |  |
"""
LINES = [{"kind": "peak", "level": "scalar", "precision": "float32", "gmacs_per_s": 20.4},
         {"kind": "peak", "level": "avx2", "precision": "float32", "gmacs_per_s": 50},
         {"kind": "peak", "level": "avx2", "precision": "int8", "gmacs_per_s": 100},
         *({"kind": "frame", "tree": "this", "model": "fast", "precision": precision, "level": "avx2",
            "asked_threads": 1, "median_ms": ms, "frames_per_s": 1000 / ms}
           for precision, ms in (("float32", 40), ("int8", 20))),
         {"kind": "frame", "tree": "before", "model": "fast", "precision": "float32", "level": None,
          "asked_threads": 2, "median_ms": 80, "frames_per_s": 12.5},
         {"kind": "filter", "name": "hqdn3d", "graph": "hqdn3d", "ms": 4},
         {"kind": "filter", "name": "vaguedenoiser", "graph": "vaguedenoiser", "ms": 70}]
# Ends by the system call exit after so many turns of four instructions, two of which are products.
LOOP = """extern "C" void _start() {
  asm volatile(
      ".arch armv8.2-a+dotprod+i8mm+bf16\\n"
      "mov x0, #TURNS\\n"
      "1: fmla v0.4s, v1.4s, v2.4s\\n"
      "fmla v3.4s, v1.4s, v2.s[1]\\n"
      "sdot v4.4s, v1.16b, v2.16b\\n"
      "udot v4.4s, v1.16b, v2.4b[3]\\n"
      "usdot v5.4s, v1.16b, v2.16b\\n"
      "sudot v5.4s, v1.16b, v2.4b[1]\\n"
      "bfdot v6.4s, v1.8h, v2.8h\\n"
      "bfdot v6.4s, v1.8h, v2.2h[2]\\n"
      "sqrdmlah v7.4s, v1.4s, v2.4s\\n"
      "subs x0, x0, #1\\n"
      "b.ne 1b\\n"
      "mov x8, #93\\n"
      "svc #0\\n");
}
"""
# A loop in a loop, a branch to another function, and a loop with few products.
DISASSEMBLY = """
0000000000000000 <outer>:
   0:\tmov\tx0, #0x1
   4:\tldr\tq0, [x1], #16
   8:\tfmla\tv1.4s, v0.4s, v2.s[0]
   c:\tfmla\tv3.4s, v0.4s, v2.s[1]
  10:\tb.ne\t4 <outer+0x4>  // b.any
  14:\tcbnz\tx0, 0 <outer>
  18:\tb\t40 <other>
  1c:\tret

0000000000000040 <other>:
  40:\tsdot\tv1.4s, v0.16b, v2.4b[0]
  44:\tadd\tx0, x0, #0x1
  48:\tadd\tx1, x1, #0x1
  4c:\tadd\tx2, x2, #0x1
  50:\tadd\tx3, x3, #0x1
  54:\tb.ne\t40 <other>  // b.any
  58:\ttbz\tw0, #3, 68 <other+0x28>
  5c:\tsdot\tv1.4s, v0.16b, v2.4b[0]
  60:\tcmp\tx3, x4
  64:\tb.lt\t5c <other+0x1c>
  68:\tret
"""


class Quality(unittest.TestCase):
    def test_is_the_mean_over_cameras(self):
        self.assertEqual(quality_figures.read(CAMERA + LOW_LIGHT), (
            "cameras and encoders", {"fast": 32, "balanced": 33.5, "high": 35, "hqdn3d": 30}))

    def test_is_that_of_low_light_where_cameras_have_one_model(self):
        page = CAMERA.replace("| fast |", "| x |") + LOW_LIGHT.replace("not there", "39.4 dB")
        self.assertEqual(quality_figures.read(page), (
            "lowlight-video", {"hqdn3d": 36.55, "fast": 38.49, "balanced": 39.17, "high": 39.4}))

    def test_is_not_made_up(self):
        self.assertEqual(quality_figures.read("# Quality\n"), ("", {}))

    def test_of_the_page_as_it_stands_has_all_models_and_some_filters(self):
        _, found = quality_figures.read((ROOT / "docs" / "quality.md").read_text(encoding="ascii"))
        known = {filter_.quality for filter_ in ffmpeg_filters.FILTERS}
        self.assertLessEqual(set(targets.MODELS), set(found))
        self.assertGreaterEqual(len(set(found) & known), 3)
        self.assertTrue(all(20 < psnr < 50 for psnr in found.values()))


class Times(unittest.TestCase):
    def test_are_those_of_one_thread_at_the_best_precision_and_in_float32(self):
        self.assertEqual(ffmpeg_filters.times(LINES), {
            "denoiseae, best precision": {"fast": 20}, "denoiseae, float32": {"fast": 40},
            "FFmpeg": {"hqdn3d": 4}})

    def test_have_rows_without_a_target(self):
        rows = verdicts.judge(list(ffmpeg_filters.wanted(LINES)), dict(ffmpeg_filters.judge(LINES)))
        values = {row.target.subject: row.measured.value for row in rows if row.measured}
        self.assertEqual(values, {"fast": 20, "hqdn3d": 4, "vaguedenoiser": 70})
        self.assertEqual({row.cells()[4] for row in rows}, {""})

    def test_of_filters_are_left_out_without_ffmpeg(self):
        kept = unittest.mock.Mock(lines=list(LINES))
        with unittest.mock.patch.object(shutil, "which", return_value=None), \
                unittest.mock.patch.object(sys, "stderr") as err:
            ffmpeg_filters.measure(kept, pathlib.Path("nowhere"), True)
        kept.keep.assert_not_called()
        self.assertIn("ffmpeg is not installed", "".join(call.args[0] for call in err.write.call_args_list))

    @unittest.skipUnless(shutil.which("ffmpeg"), "ffmpeg is not installed")
    def test_of_every_filter_are_measured(self):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder) / "frames.yuv"
            source.write_bytes(bytes(range(256)) * (4 * 32 * 24 * 3 // 2 // 256))
            with unittest.mock.patch.object(ffmpeg_filters, "HD", "32x24"):
                for filter_ in ffmpeg_filters.FILTERS:
                    with self.subTest(filter=filter_.name):
                        self.assertGreater(
                            ffmpeg_filters.processor_seconds(source, filter_.graph, 9), 0)

    def test_against_libtorch_are_the_best_of_all_numbers_of_threads(self):
        lines = [{"engine": engine, "precision": precision, "median_ms": ms} for engine, precision, ms in (
            ("torch", "float32", 150), ("torch", "float32", 120), ("native", "float32", 60),
            ("native", "float32", 40), ("native", "bfloat16", 10))]
        ((key, found),) = product.ratios(lines)
        self.assertEqual((key, found.value), ((targets.RATIO, "float32", targets.HD), 3))


class Plots(unittest.TestCase):
    def test_leave_out_what_has_no_quality(self):
        script = plots.quality_script({"fast": 38, "hqdn3d": 36},
                                      {"best": {"fast": 20}, "float32": {"high": 9}, "FFmpeg": {"hqdn3d": 4}})
        self.assertIn('20,38,"fast"', script)
        self.assertIn('4,36,"hqdn3d"', script)
        self.assertNotIn("float32", script)
        self.assertEqual(plots.quality_script({}, {"best": {"fast": 20}}), "")
        self.assertEqual(plots.threads_script({}), "")

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_are_drawn(self):
        scripts = (plots.quality_script({"fast": 38, "balanced": 39, "hqdn3d": 36},
                                        {"ours": {"fast": 20, "balanced": 50}, "FFmpeg": {"hqdn3d": 4}}),
                   plots.threads_script({"fast, int8": [(1, 40), (2, 21)]}))
        with tempfile.TemporaryDirectory() as folder:
            for number, (script, words) in enumerate(zip(scripts, ("balanced", "fast, int8"))):
                path = pathlib.Path(folder) / "plots" / f"{number}.svg"
                plots.draw(script, path)
                drawn = xml.etree.ElementTree.parse(path).getroot()
                self.assertTrue(drawn.tag.endswith("svg"))
                self.assertIn(words, "".join(drawn.itertext()))
            with self.assertRaisesRegex(plots.PlotError, "gnuplot failed"):
                plots.draw("plot nonsense(", pathlib.Path(folder) / "no.svg")


class Page(unittest.TestCase):
    def test_tells_machine_levels_tables_and_pictures(self):
        rows = verdicts.judge(list(ffmpeg_filters.wanted(LINES)), dict(ffmpeg_filters.judge(LINES)))
        page = performance_page.text(rows, LINES, "Measured on X, commit abc", ["## Picture\n"], False, "123")
        self.assertIn("Measured on X, commit abc. Levels that this processor lacks, and that were skipped: "
                      "sse41, avx_vnni, avx512, avx512_vnni, avx512_bf16, amx, neon, neon_dot, "
                      "neon_bf16, neon_i8mm.\n\n## Picture\n", page)
        self.assertIn("Before is commit 123", page)
        self.assertIn("| level | float32 | bfloat16 | int8 |\n|---|---|---|---|\n| scalar | 20 |  |  |\n"
                      "| avx2 | 50 |  | 100 |\n", page)
        self.assertIn("| fast | int8 | avx2 | this | 1 | 20.0 | 50.0 |", page)
        self.assertIn("| fast | float32 | all | before | 2 | 80.0 | 12.5 |", page)
        self.assertIn("| hqdn3d | time of a frame |  | 4.00 ms |  |  |", page)
        self.assertNotIn("--short", page)
        self.assertIn("--short", performance_page.text(rows, LINES, "", [], True, "123"))

    def test_names_the_commit_and_changes_of_all_but_itself(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name)

            def git(*words):
                subprocess.run(["git", "-C", name, "-c", "user.name=a", "-c", "user.email=a@b", *words],
                               check=True, stdout=subprocess.DEVNULL)

            self.assertEqual(performance_page.commit(root / "none"), "unknown")
            git("init", "-q")
            (root / "docs").mkdir()
            for file in ("code", "docs/performance.md"):
                (root / file).write_text("one")
            git("add", ".")
            git("commit", "-q", "-m", "all")
            (root / "docs/performance.md").write_text("two")
            self.assertRegex(performance_page.commit(root), "^[0-9a-f]{10,}$")
            (root / "code").write_text("two")
            self.assertRegex(performance_page.commit(root), "^[0-9a-f]{10,}, changed$")

    def test_names_the_processor(self):
        self.assertRegex(performance_page.machine(), r"^\S.*, \d+ processors?$")


class Neon(unittest.TestCase):
    def test_inner_loops_are_found(self):
        found = [(loop.function, loop.instructions, loop.products) for loop in neon.loops(DISASSEMBLY)]
        self.assertEqual(found, [("outer", 4, 2), ("other", 3, 1)])

    def test_are_judged_together(self):
        lines = [{"kind": "loop", "function": "f", "instructions": 10, "products": products}
                 for products in (9, 6)]
        (row,) = verdicts.judge(list(neon.wanted(lines)), dict(neon.judge(lines)))
        self.assertEqual((row.measured.value, row.passed), (0.75, True))
        self.assertEqual(row.measured.remark, "15 of 20 in 2 loops, least 0.60")
        self.assertEqual([*neon.wanted([]), *neon.judge([])], [])

    def test_pixels_are_those_that_the_larger_frame_has_more(self):
        runs = 3 + 2 * 5
        small, large = ({"instructions": 7 + number * runs * neon.MORE_PIXELS * 1500,
                         "products": number * runs * neon.MORE_PIXELS * 1000} for number in (1, 2))
        found = neon.per_pixel((small, [{"runs": 5}]), (large, [{"runs": 5}]))
        self.assertEqual(found, {"instructions": 1500, "products": 1000})
        self.assertIsNone(neon.per_pixel((small, []), (large, [])))
        self.assertIsNone(neon.per_pixel((small, [{"runs": 5}]), (large, [{"runs": 6}])))
        lines = [{"kind": "emulated", "model": "fast", "precision": "int8", **found}]
        rows = verdicts.judge(list(neon.wanted(lines)), dict(neon.judge(lines)))
        self.assertEqual([round(row.measured.value, 3) for row in rows], [0.667, 1500])

    def test_plugins_have_the_version_of_the_emulator(self):
        self.assertEqual([neon.plugin_version(f"qemu-aarch64 version {text}")
                          for text in ("7.2.22 (Debian 1:7.2)", "10.0.2 (Debian)")], [1, 2])

    @unittest.skipUnless(shutil.which(neon.EMULATOR) and shutil.which(neon.PREFIX + "g++"),
                         f"{neon.EMULATOR} or {neon.PREFIX}g++ is not installed")
    def test_the_emulator_counts_the_instructions_of_a_loop(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "build").mkdir()
            plugin = neon.build_plugin(folder / "build")
            found = []
            for turns in (1000, 3000):
                source = folder / "loop.cpp"
                source.write_text(LOOP.replace("TURNS", str(turns)), encoding="ascii")
                subprocess.run([neon.PREFIX + "g++", "-nostdlib", "-static", source, "-o", folder / "loop"],
                               check=True)
                subprocess.run([neon.EMULATOR, "-plugin", f"{plugin},out={folder}/counts.json",
                                folder / "loop"], check=True)
                found.append(json.loads((folder / "counts.json").read_text(encoding="ascii")))
        self.assertEqual([more - few for few, more in zip(found[0].values(), found[1].values())],
                         [2000 * 11, 2000 * 8])


class Command(unittest.TestCase):
    def options(self, *words):
        with tempfile.TemporaryDirectory() as folder, \
                unittest.mock.patch.object(sys, "argv", ["speed.py", "--out", folder, *words]):
            return speed.read_options()

    def test_compares_with_the_commit_before_on_request(self):
        self.assertEqual(self.options().parts, [name for name in speed.PARTS if name != "before"])
        self.assertEqual(self.options("--before").parts, list(speed.PARTS))

    def test_writes_the_page_as_the_quality_command_does(self):
        self.assertEqual([self.options(*words).page for words in (
            (), ("--short",), ("--short", "--page"), ("--parts", "live"), ("--parts", "live", "--page"))],
            [True, False, True, False, True])

    def test_measures_each_section_in_one_part(self):
        sections = [section for part in speed.PARTS.values() for section in part.sections]
        self.assertEqual(sorted(sections), sorted(targets.TITLES))
        fixed = {target.section for target in targets.TARGETS}
        self.assertLess(fixed, set(sections))

    def test_refuses_unknown_parts(self):
        with unittest.mock.patch.object(sys, "stderr") as err, self.assertRaises(SystemExit):
            self.options("--parts", "live,all")
        self.assertIn("no such part: all", "".join(call.args[0] for call in err.write.call_args_list))


if __name__ == "__main__":
    unittest.main()
