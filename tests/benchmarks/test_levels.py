# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev bench: what is made of the measurements of each level, and of the commit before."""

import json
import os
import pathlib
import sys
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "speed"), str(ROOT / "benchmarks")]

import before
import compare_trees
import levels
import programs
import targets
import threads
import verdicts

PEAKS = {("avx2", "float32"): 50, ("scalar", "float32"): 20, ("avx512_vnni", "int8"): 200,
         ("avx2", "int8"): 100}


def peak_lines():
    return [{"kind": "peak", "level": level, "precision": precision, "gmacs_per_s": speed}
            for (level, precision), speed in PEAKS.items()]


def network(model, level, precision, ms, tree="this"):
    return {"kind": "network", "tree": tree, "model": model, "level": level, "precision": precision,
            "gmacs": 4.0, "convolution_ms": ms,
            "layers": [{"name": "head", "gmacs_per_s": 40}, {"name": "tail", "gmacs_per_s": 7}]}


def frame(model, level, precision, ms, tree="this", number=1, convolutions=0):
    return {"kind": "frame", "tree": tree, "model": model, "level": level, "precision": precision,
            "asked_threads": number, "median_ms": ms, "parts_ms": {"convolutions": convolutions}}


class LevelsOfAProcessor(unittest.TestCase):
    def setUp(self):
        self.found = levels.Levels.of(peak_lines())

    def test_are_those_of_the_library(self):
        text = (ROOT / "lib/src/kernels/instruction_limit.cpp").read_text(encoding="ascii")
        places = [text.index(f'Name{{"{level}", ') for level in levels.LEVELS]
        self.assertEqual(places, sorted(places))
        self.assertEqual(text.count("    Name{"), len(levels.LEVELS))
        self.assertEqual(set(before.ONEDNN), set(levels.LEVELS))

    def test_are_in_the_order_of_the_processors(self):
        self.assertEqual(self.found.names, ["scalar", "avx2", "avx512_vnni"])
        self.assertEqual(self.found.highest, "avx512_vnni")
        self.assertEqual(self.found.lacking, ["sse41", "avx_vnni", "avx512", "avx512_bf16", "amx", "neon",
                                              "neon_dot", "neon_bf16", "neon_i8mm"])

    def test_have_a_best_one_for_each_precision(self):
        self.assertEqual(self.found.best, {"float32": "avx512_vnni", "int8": "avx512_vnni"})
        self.assertEqual(self.found.at("avx2"), ["float32", "int8"])
        self.assertEqual(self.found.at("avx512_vnni"), ["float32", "int8"])


class Judged(unittest.TestCase):
    def rows(self, judge, wanted, lines):
        """Returns values rounded to two places, or None, and verdicts by subject and quantity."""
        lines = peak_lines() + lines
        rows = verdicts.judge(list(wanted(lines)), dict(judge(lines)))
        return {(row.target.subject, row.target.what):
                (row.measured and round(row.measured.value, 2), row.cells()[4]) for row in rows}

    def test_the_share_of_the_peak_is_that_of_its_level(self):
        lines = [network("balanced", "avx2", "float32", 100), network("balanced", "avx512_vnni", "int8", 40),
                 network("balanced", "avx2", "int8", 50), network("fast", "avx2", "int8", 80)]
        rows = self.rows(levels.judge_shares, levels.share_targets, lines)
        self.assertEqual(rows["avx2, float32", "balanced / peak"], (0.8, "pass"))
        self.assertEqual(rows["avx2, int8", "balanced / peak"], (0.8, "pass"))
        self.assertEqual(rows["avx2, int8", "fast / peak"], (0.5, ""))
        self.assertEqual(rows["avx512_vnni, int8", "balanced / peak"], (0.5, "MISS"))
        self.assertEqual(rows["scalar, float32", "balanced / peak"], (None, ""))
        ((_, found),) = [pair for pair in levels.judge_shares(peak_lines() + lines[:1])]
        self.assertEqual(found.remark, "40 of 50 GMAC/s; least 7 in tail")

    def test_tiles_need_a_smaller_share_in_bfloat16_alone(self):
        self.assertEqual([targets.peak_share(*case) for case in (
            ("amx", "bfloat16"), ("amx", "int8"), ("avx512_bf16", "bfloat16"), ("neon", "float32"))],
            [0.4, 0.6, 0.75, 0.75])

    def test_fast_is_compared_with_balanced_in_one_thread(self):
        rows = self.rows(levels.judge_fast, levels.fast_targets, [
            network("fast", "avx2", "float32", 40), network("balanced", "avx2", "float32", 120),
            frame("fast", "avx2", "float32", 60), frame("balanced", "avx2", "float32", 132),
            frame("fast", "avx2", "float32", 1, number=2),
            frame("fast", "avx512_vnni", "int8", 10), frame("balanced", "avx512_vnni", "int8", 19)])
        self.assertEqual(rows["avx2, float32", "convolutions"], (3, "pass"))
        self.assertEqual(rows["avx2, float32", "whole frame"], (2.2, "MISS"))
        self.assertEqual(rows["avx512_vnni, int8", "whole frame"], (1.9, "pass"))
        self.assertEqual(rows["avx512_vnni, int8", "convolutions"], (None, "MISS"))

    def test_the_time_outside_convolutions_is_that_of_the_best_level(self):
        rows = self.rows(levels.judge_outside, levels.outside_targets, [
            frame("balanced", "avx512_vnni", "float32", 100, convolutions=80),
            frame("balanced", "avx2", "int8", 100, convolutions=99),
            frame("balanced", "avx512_vnni", "int8", 50, convolutions=30)])
        self.assertEqual(rows, {("float32", "balanced"): (0.2, "pass"), ("int8", "balanced"): (0.4, "MISS")})

    def test_two_threads_are_compared_with_one(self):
        lines = [frame(model, "avx512_vnni", "float32", ms / number, number=number)
                 for model, ms in (("fast", 40), ("balanced", 90)) for number in (1, 2)]
        rows = self.rows(threads.judge, threads.wanted, lines)
        self.assertEqual(rows["float32", "fast"], (2, "pass"))
        self.assertEqual(rows["int8", "fast"], (None, "MISS"))
        with unittest.mock.patch.object(threads, "numbers", lambda: [1, 2, 4]):
            self.assertEqual(threads.curves(peak_lines() + lines), {
                "fast, float32": [(1, 40), (2, 20)], "balanced, float32": [(1, 90), (2, 45)]})

    def test_numbers_of_threads_end_with_those_of_the_processors(self):
        for cores, numbers in ((1, [1]), (2, [1, 2]), (6, [1, 2, 4, 6]), (8, [1, 2, 4, 8])):
            with unittest.mock.patch.object(os, "sched_getaffinity", lambda _, n=cores: set(range(n))):
                self.assertEqual(threads.numbers(), numbers)

    def test_the_commit_before_is_compared_at_the_same_level(self):
        rows = self.rows(before.judge, before.wanted, [
            network("balanced", "avx2", "float32", 60), network("balanced", "avx2", "float32", 90, "before"),
            network("fast", "avx2", "float32", 50), network("fast", "avx2", "float32", 40, "before")])
        self.assertEqual(rows["avx2, float32", "balanced"], (1.5, "pass"))
        self.assertEqual(rows["avx2, float32", "fast"], (0.8, "MISS"))
        self.assertNotIn(("avx2, int8", "fast"), rows)

    def test_weights_that_lacked_a_precision_before_are_not_compared_in_it(self):
        rows = self.rows(before.judge_convolutions, before.wanted, [
            network("balanced", "avx2", "int8", 90, "before"), network("fast", "avx2", "int8", 20)])
        self.assertEqual(rows["avx2, int8", "balanced"], (None, "MISS"))
        self.assertNotIn(("avx2, int8", "fast"), rows)

    def test_frames_are_compared_at_the_best_precision_of_each_tree(self):
        rows = self.rows(before.judge, before.wanted, [
            frame("balanced", "avx2", "float32", 60, number=2),
            frame("balanced", "avx2", "int8", 30, number=2),
            frame("balanced", "avx2", "float32", 93, "before", 2),
            frame("balanced", "avx2", "int8", 99, "before", 2),
            frame("balanced", "avx512_vnni", "int8", 10, number=2),
            frame("balanced", None, "int8", 15, "before", 2),
            frame("balanced", None, "float32", 40, "before", 2),
            frame("high", "avx512_vnni", "int8", 30, number=2),
            frame("high", None, "float32", 120, "before", 2),
            frame("high", None, "bfloat16", 36, "before", 2)])
        self.assertEqual(rows["avx2", "balanced"], (3.1, "pass"))
        self.assertEqual(rows["avx512_vnni", "balanced"], (1.5, "MISS"))
        self.assertEqual(rows["avx512_vnni", "fast"], (None, "MISS"))
        self.assertEqual(rows["high in int8", "its float32 before"], (4, "pass"))
        self.assertEqual(rows["high in int8", "its bfloat16 before"], (1.2, "MISS"))

    def test_the_time_around_convolutions_is_compared(self):
        rows = self.rows(before.judge_around, before.wanted, [
            frame("balanced", "avx512_vnni", "float32", 90, convolutions=80),
            frame("balanced", None, "float32", 140, "before"),
            network("balanced", "scalar", "float32", 400, "before"),
            network("balanced", "avx512_vnni", "float32", 115, "before")])
        self.assertEqual(rows["balanced", "float32"], (0.4, "pass"))

    def test_a_disturbed_time_around_convolutions_passes_nothing(self):
        rows = self.rows(before.judge_around, before.wanted, [
            frame("balanced", "avx512_vnni", "float32", 90, convolutions=80),
            frame("balanced", None, "float32", 140, "before"),
            network("balanced", "avx512_vnni", "float32", 141, "before")])
        self.assertEqual(rows["balanced", "float32"], (None, "MISS"))


class Measuring(unittest.TestCase):
    def test_is_done_once_for_each_thing(self):
        with unittest.mock.patch.object(programs, "objects", return_value=[{"median_ms": 7}]) as made:
            kept = programs.Programs(programs.Effort.of(True))
            for number in (1, 2, 1):
                kept.frame(programs.THIS, "fast", "int8", number, "avx2")
        self.assertEqual(made.call_count, 2)
        self.assertEqual(made.call_args.kwargs, {"DENOISEAE_MAX_ISA": "avx2"})
        self.assertEqual(levels.one(kept.lines, "frame", asked_threads=2)["median_ms"], 7)

    def test_leaves_out_what_the_library_refuses(self):
        error = programs.subprocess.CalledProcessError(1, "x")
        with unittest.mock.patch.object(programs, "objects", side_effect=error) as made, \
                unittest.mock.patch.object(sys, "stderr"):
            kept = programs.Programs(programs.Effort.of(True))
            for _ in range(2):
                kept.frame(programs.THIS, "fast", "int8", 1)
        self.assertEqual((made.call_count, kept.lines), (1, []))

    def test_takes_each_precision_at_its_own_levels_and_the_highest(self):
        class Fake(programs.Programs):
            networks = unittest.mock.Mock()
            frame = unittest.mock.Mock()

        kept = Fake(programs.Effort.of(True))
        kept.lines += peak_lines()
        levels.measure(kept, programs.THIS)
        found = {(call.args[4], call.args[2]) for call in kept.frame.call_args_list}
        self.assertEqual(found, {*PEAKS, ("avx512_vnni", "float32")})
        self.assertEqual([call.args[1:] for call in kept.networks.call_args_list], [
            (model, level, precisions) for level, precisions in (
                ("scalar", ["float32"]), ("avx2", ["float32", "int8"]),
                ("avx512_vnni", ["float32", "int8"]))
            for model in levels.MODELS])

    def test_runs_the_programs_of_the_tree_before(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "out" / "before"
            with self.assertRaisesRegex(compare_trees.CompareError, "has built no"):
                before.tree(path, ROOT)
            program = path / "build/benchmarks/denoiseae-bench-library"
            program.parent.mkdir(parents=True)
            program.write_text('#!/bin/sh\necho "{\\"isa\\": \\"$DNNL_MAX_CPU_ISA\\", \\"at\\": \\"'
                               '$DENOISEAE_MODEL_PATH\\", \\"lib\\": \\"$LD_LIBRARY_PATH\\"}"\n')
            program.chmod(0o755)
            old = before.tree(path, ROOT)
            kept = programs.Programs(programs.Effort.of(True))
            kept.frame(old, "fast", "float32", 1, "avx2")
        (line,) = kept.lines
        self.assertEqual((line["tree"], line["isa"], line["at"]), ("before", "AVX2", str(path / "models")))
        self.assertEqual(line["lib"].split(os.pathsep)[0], str(path / "build" / "lib"))

    def test_networks_are_timed_without_libtorch_in_the_precisions_of_the_level(self):
        def fake(command, **options):
            pathlib.Path(command[-1]).write_text(json.dumps({"words": list(map(str, command))}) + "\n")

        with unittest.mock.patch.object(programs.subprocess, "run", side_effect=fake) as run:
            kept = programs.Programs(programs.Effort.of(True))
            for _ in range(2):
                kept.networks(programs.THIS, "fast", "avx2", ["float32", "int8"])
        self.assertEqual(run.call_count, 1)
        self.assertEqual(run.call_args.kwargs["env"]["DENOISEAE_MAX_ISA"], "avx2")
        line = levels.one(kept.lines, "network", tree="this", model="fast", level="avx2")
        self.assertIn("--no-torch --precisions float32,int8 --json", " ".join(line["words"]))

    def test_builds_the_commit_before_once(self):
        with tempfile.TemporaryDirectory() as folder, \
                unittest.mock.patch.object(before, "run") as run:
            root = pathlib.Path(folder)
            before.build(root)
            self.assertEqual([call.args[0] for call in run.call_args_list], ["git", "meson", "ninja"])
            (root / "out/before/build").mkdir(parents=True)
            (root / "out/before/build/build.ninja").touch()
            run.reset_mock()
            before.build(root)
            self.assertEqual([call.args[0] for call in run.call_args_list], ["ninja"])


if __name__ == "__main__":
    unittest.main()
