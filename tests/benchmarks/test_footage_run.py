# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev quality measures each cell and each scene, and nothing twice. The element and the filters are
stood in for by functions."""

import argparse
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality"), str(ROOT / "benchmarks")]

try:
    import element
    import cv2  # after element, as it asks
    import figures
    import footage
    import footage_pictures
    import footage_report
    import numpy
    import scenes
    import stream_peers
    import targets
    import verdicts
    import yuv
except (ImportError, ValueError) as error:
    raise unittest.SkipTest(str(error)) from error

WIDTH, HEIGHT, FRAMES = 130, 67, 8


class Run(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        random = numpy.random.default_rng(1)
        for clip in ("one", "two"):
            for number in range(FRAMES):
                scenes.write_picture(self.folder / "video/test" / clip / f"{number:05}.png",
                                     random.integers(40, 200, (HEIGHT, WIDTH, 3), numpy.uint8))
        scenes.write_picture(self.folder / "video/test/too-short/0.png",
                             numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8))
        self.weights = self.folder / "weights"
        self.weights.write_text("a")
        self.runs = []
        for place, name, stand_in in (
                (element, "denoised_i420", self.denoised),
                (element, "code_files", lambda: [self.weights]),
                (stream_peers, "best_of_all", self.peers),
                (footage, "ffmpeg_version", lambda: "1"),
                (targets, "SHORT_CAMERA", ((6400,), ("raw",)))):
            patch = mock.patch.object(place, name, stand_in)
            patch.start()
            self.addCleanup(patch.stop)

    def denoised(self, frames, settings):
        """Stands in for a denoiser that does nothing, and is best when told 8."""
        self.runs.append(settings)
        if settings.get("noise-level", 8) == 8:
            return frames
        return [yuv.codes(frame.astype(float) + 3) for frame in frames]

    def peers(self, wanted, scene, sample):
        self.runs.append(wanted)
        self.assertEqual(sample.clean[0].shape[1], WIDTH // 4 * 4)
        self.assertEqual(len(sample.clean), 6)
        return [(name, 20.0, "weak") for name in wanted]

    def report(self, precision="auto"):
        options = argparse.Namespace(data=self.folder, short=True, precision=precision)
        measurement = footage.Footage(options, {"fast": None, "balanced": self.weights, "high": None},
                                      figures.Figures(self.folder / "footage.jsonl"))
        self.assertEqual([clip.name for clip in measurement.clips], ["one", "two"])
        return footage_report.report(measurement)

    def test_measures_what_has_a_target_and_goes_on(self):
        measured, tables = self.report()
        rows = verdicts.judge(targets.footage_targets(True), measured)
        there = {row.target.key for row in rows if row.measured}
        # The clips of the centre are not in the folder.
        self.assertEqual(there, {row.target.key for row in rows
                                 if row.target.section != targets.CENTRE})
        self.assertEqual(len(tables), 2)
        loss = measured[targets.CAMERA, "balanced", "ISO 6400, not coded, below told, worst clip"]
        self.assertEqual(loss.value, 0)
        self.assertTrue(loss.remark.endswith("told 8"), loss.remark)

        count = len(self.runs)
        self.assertEqual(self.report(), (measured, tables))
        self.assertEqual(len(self.runs), count)
        path = self.folder / "footage.jsonl"
        path.write_text("".join(path.read_text().splitlines(keepends=True)[:-2]))
        self.assertEqual(self.report(), (measured, tables))
        self.assertLessEqual(len(self.runs), count + 2)

    def test_measures_in_the_precision_that_is_asked_for(self):
        self.report()
        count = len(self.runs)
        self.assertNotIn("int8", [run.get("precision") for run in self.runs])
        self.report("int8")
        self.assertEqual({run["precision"] for run in self.runs[count:]}, {"int8"})
        self.assertGreater(len(self.runs), count)

    def test_other_weights_and_other_frames_are_measured_again(self):
        self.report()
        count = len(self.runs)
        self.weights.write_text("b")
        self.report()
        of_filters = sum("hqdn3d" in run for run in self.runs)
        self.assertEqual(of_filters, 2)
        self.assertEqual(len(self.runs), 2 * count - of_filters)
        scenes.write_picture(self.folder / "video/test/two/00000.png",
                             numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8))
        self.report()
        self.assertEqual(sum("hqdn3d" in run for run in self.runs), 3)

    def test_pictures_show_the_input_the_result_and_the_clean_frame(self):
        clips = footage.read_clips(self.folder)
        shown = (("noise in the lower half", "one", 5, (0.5, 0.5)), ((6400, "raw"), "two", 3, (0, 1)),
                 ("plain", "no such clip", 3, (0.5, 0.5)))
        with mock.patch.object(footage_pictures, "SHOWN", shown):
            made = list(footage_pictures.make(self.folder / "pictures", clips, self.weights))
        self.assertEqual([name for _, name in made], ["noise-in-the-lower-half.jpg", "camera-raw.jpg"])
        for caption, name in made:
            path = self.folder / "pictures" / name
            self.assertLess(path.stat().st_size, footage_pictures.MAX_BYTES)
            pixels = cv2.imread(str(path)).astype(float)
            width = WIDTH // 4 * 4
            self.assertEqual(pixels.shape[:2], (HEIGHT // 4 * 4, 3 * width + 8))
            first, second, third = (pixels[:, start:start + width]
                                    for start in (0, width + 4, 2 * (width + 4)))
            # The stand-in does nothing.
            self.assertLess(abs(first - second).mean() + 1, abs(first - third).mean(), caption)


if __name__ == "__main__":
    unittest.main()
