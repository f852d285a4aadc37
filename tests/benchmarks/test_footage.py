# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev quality keeps figures of footage, finds the best setting of filters, and judges the figures."""

import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality"), str(ROOT / "benchmarks")]

try:
    import numpy

    import figures
    import footage_report
    import footage_scenes
    import page
    import stream_peers
    import targets
    import verdicts
    import yuv
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

from verdicts import Measured


def never():
    raise AssertionError("the figure is there")


class Kept(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.path = pathlib.Path(temporary.name) / "figures.jsonl"

    def test_figures_are_made_once(self):
        kept = figures.Figures(self.path)
        self.assertEqual(kept.once({"scene": "a", "told": 6.5}, lambda: [1.5, 2]), [1.5, 2])
        for again in (kept, figures.Figures(self.path)):
            self.assertEqual(again.once({"told": 6.5, "scene": "a"}, never), [1.5, 2])
            self.assertFalse(again.has({"scene": "a", "told": 6}))
        self.assertEqual(kept.once({"scene": "a", "told": 6}, lambda: 3), 3)

    def test_a_line_that_was_cut_off_is_made_again(self):
        kept = figures.Figures(self.path)
        kept.once({"n": 1}, lambda: 10)
        kept.once({"n": 2}, lambda: 20)
        self.path.write_text(self.path.read_text()[:-5])
        kept = figures.Figures(self.path)
        self.assertEqual(kept.once({"n": 1}, never), 10)
        self.assertEqual(kept.once({"n": 2}, lambda: 21), 21)
        self.assertEqual(figures.Figures(self.path).once({"n": 2}, never), 21)

    def test_digest_is_that_of_the_contents(self):
        one, other = self.path.with_name("a"), self.path.with_name("b")
        one.write_text("x")
        other.write_text("x")
        self.assertEqual(figures.digest([one]), figures.digest([other]))
        other.write_text("y")
        self.assertNotEqual(figures.digest([one]), figures.digest([other]))


class Peers(unittest.TestCase):
    def test_the_best_place_is_found_without_trying_all(self):
        tried = []

        def score(place):
            tried.append(place)
            return -abs(place[0] - 7) - abs(place[1] - 1) - 0.5 * abs(place[0] - 7 + place[1] - 1)

        self.assertEqual(stream_peers.climbed((9, 5), score), (7, 1))
        self.assertEqual(len(tried), len(set(tried)))
        self.assertLess(len(tried), 30)
        for best in ((0, 0), (8, 4)):
            found = stream_peers.climbed((9, 5), lambda place, best=best: -abs(place[0] - best[0]) -
                                         abs(place[1] - best[1]))
            self.assertEqual(found, best)

    @unittest.skipUnless(shutil.which("ffmpeg"), "there is no ffmpeg")
    def test_each_denoises_a_still_stream(self):
        x, y = numpy.meshgrid(numpy.arange(64), numpy.arange(48))
        clean = yuv.joined(yuv.codes(120 + 50 * numpy.sin(x / 9) * numpy.cos(y / 7)),
                           numpy.full((2, 24, 32), 128, numpy.uint8))
        frames = [clean] * 6
        scene = footage_scenes.Scene(frames, footage_scenes.with_noise(frames, 10))
        noisy = numpy.mean(scene.psnr(scene.noisy))
        # One of the stronger settings of each is tried, because the search is tested above.
        wanted = {name: stream_peers.Peer({axis: values[len(values) * 2 // 3:][:1]
                                           for axis, values in peer.axes.items()}, peer.run)
                  for name, peer in stream_peers.PEERS.items()}
        found = {name: (psnr, setting) for name, psnr, setting
                 in stream_peers.best_of_all(wanted, scene, scene)}
        self.assertEqual(set(found), set(stream_peers.PEERS))
        for name, (psnr, setting) in found.items():
            with self.subTest(peer=name, setting=setting):
                self.assertGreater(psnr, noisy + 1)

    def test_mirrored_frames_keep_their_places(self):
        frames = [numpy.full((36, 24), 40 * i, numpy.uint8) for i in range(1, 6)]
        for window in (3, 5):
            made = stream_peers.nlmeans_multi(frames, 1, window)
            numpy.testing.assert_array_equal(made, frames)


def camera_row(clip, blind, told, peer):
    return {"clip": clip, "input": 30.0, "blind": {"balanced": blind}, "told": {"balanced": told},
            "level": {"balanced": 8}, "peers": {"nlmeans": [peer, "s"], "bm3d": [31.0, "s"]}}


def scene_row(clip, **values):
    return {"clip": clip, "input": [24.0, 24.0], "shift": 0.25, **values}


class Report(unittest.TestCase):
    def test_camera_compares_with_told_levels_and_the_best_filter(self):
        rows = [camera_row("a", 34.0, 34.1, 33.0), camera_row("b", 33.0, 33.5, 33.5)]
        found = {key[2]: value for key, value in footage_report.judge_cell("ISO 6400, MJPEG 6", rows)}
        loss = found["ISO 6400, MJPEG 6, below told"]
        self.assertAlmostEqual(loss.value, 0.3)
        self.assertEqual(loss.remark, "33.50 of 33.80; input 30.00")
        worst = found["ISO 6400, MJPEG 6, below told, worst clip"]
        self.assertAlmostEqual(worst.value, 0.5)
        self.assertEqual(worst.remark, "b, told 8")
        over = found["ISO 6400, MJPEG 6, over the best filter"]
        self.assertAlmostEqual(over.value, 0.25)
        self.assertEqual(over.remark, "nlmeans, 33.25")
        self.assertIn("| ISO 6400, MJPEG 6 | 30.00 | 33.50 | 33.80 | 33.25 | 31.00 |",
                      footage_report.camera_table({"ISO 6400, MJPEG 6": rows}))

    def test_scenes_compare_with_told_without_and_limits(self):
        rows = [scene_row("a", blind=[33.0, 33.0], told=[33.1, 33.1], without=[33.0, 33.4]),
                scene_row("b", blind=[30.0], told=[30.3], without=[30.6])]
        rows[1]["shift"] = 0.75
        found = {key[2]: value for key, value
                 in footage_report.judge_scene("rolling lamp", "balanced", rows)}
        for what, value in (("below told", 0.2), ("below without", 0.4),
                            ("below without, worst clip", 0.6), ("brightness off by", 0.75)):
            self.assertAlmostEqual(found[f"rolling lamp, {what}"].value, value)
        self.assertIn("| rolling lamp | balanced | 24.00 | 31.50 | 31.70 | 31.90 | 0.75 |",
                      footage_report.scene_table({("rolling lamp", "balanced"): rows}))

    def test_each_frame_after_a_jump_counts(self):
        rows = [scene_row("a", blind=[30.0, 32.0], told=[31.0, 32.0]),
                scene_row("b", blind=[31.0], told=[31.2])]
        (_, found), = footage_report.judge_scene(targets.JUMP, "balanced", rows)
        self.assertAlmostEqual(found.value, 0.6)
        self.assertIn("frame 2 after", found.remark)

    def test_every_scene_is_judged_and_every_target_has_its_scene(self):
        found = set()
        for title, recipe in footage_scenes.SCENES.items():
            row = scene_row("a", blind=[33.0], told=[33.0])
            if recipe.has_without:
                row["without"] = [33.0]
            keys = [key for key, _ in footage_report.judge_scene(title, "balanced", [row])]
            self.assertTrue(keys, title)
            found.update(keys)
        wanted = {target.key for target in targets.scene_targets("balanced")}
        self.assertEqual(found, wanted)

    def test_targets_are_those_of_cells_and_models(self):
        for short, cells, models in ((True, 3, 1), (False, 21, 3)):
            wanted = targets.footage_targets(short)
            keys = [target.key for target in wanted]
            self.assertEqual(len(keys), len(set(keys)))
            camera = [key for key in keys if key[0] == targets.CAMERA]
            self.assertEqual(len(camera), cells * (2 * models + 1))
        self.assertFalse(set(keys) & {target.key for target in targets.TARGETS + targets.MORE})
        (text,) = [target for target in wanted if target.key[1:] == ("fast", "scrolling text, PSNR")]
        self.assertEqual(text.limit, 46)


class Page(unittest.TestCase):
    def rows(self, wanted, value):
        return verdicts.judge(wanted, {target.key: Measured(value) for target in wanted})

    def test_parts_of_footage_are_replaced(self):
        others = [target for target in targets.TARGETS if target.section == targets.CUT]
        footage = [target for target in targets.footage_targets(True)
                   if target.section == targets.CENTRE]
        sets = {(name, sigma): 30.125 for name in page.SETS for sigma in page.SIGMAS}
        tables = {footage_report.CAMERA_TABLE: "| old |\n"}
        old = page.text(self.rows([*others, *footage], 1), {"balanced": sets}, tables, [])
        self.assertIn("0 of 9 targets reached.", old)
        new = page.text(self.rows(footage, 50), {}, {footage_report.CAMERA_TABLE: "| new |\n"},
                        [("a scene", "a.jpg")])
        merged = page.merged(old, new)
        self.assertIn("6 of 9 targets reached.", merged)
        self.assertEqual(merged.count("targets reached"), 1)
        self.assertIn("| Kodak24 | 25 | 30.12 |", merged)
        self.assertIn("![a scene](quality/a.jpg)", merged)
        self.assertNotIn("| old |", merged)
        self.assertNotIn("figures of `--short`", merged)
        self.assertEqual(page.merged(merged, new), merged)
        # A page that is written as a whole is the same.
        whole = page.text(self.rows(others, 1) + self.rows(footage, 50), {"balanced": sets},
                          {footage_report.CAMERA_TABLE: "| new |\n"}, [("a scene", "a.jpg")])
        self.assertEqual(merged, whole)


if __name__ == "__main__":
    unittest.main()
