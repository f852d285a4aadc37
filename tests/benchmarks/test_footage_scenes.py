# SPDX-License-Identifier: LGPL-2.1-or-later
"""./dev quality simulates cameras and encoders, and makes scenes of clips."""

import pathlib
import shutil
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality")]

try:
    import numpy

    import camera
    import encoders
    import footage_scenes
    import yuv
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

from yuv import luma

WIDTH, HEIGHT, COUNT = 84, 64, 12


def pictures(count=COUNT):
    """A smooth picture that moves by a pixel per frame, in BGR."""
    x = numpy.arange(WIDTH + count)
    row = numpy.stack([120 + 60 * numpy.sin(x / period) for period in (9, 11, 13)], axis=-1)
    wide = numpy.repeat(row[None].astype(numpy.uint8), HEIGHT, axis=0)
    return [numpy.ascontiguousarray(wide[:, i:i + WIDTH]) for i in range(count)]


def deviation(clean, noisy):
    return float((noisy.astype(float) - clean).std())


class Frames(unittest.TestCase):
    def test_planes_are_views_and_can_be_joined(self):
        frame = yuv.from_bgr(pictures(1)[0])
        self.assertEqual(luma(frame).shape, (HEIGHT, WIDTH))
        self.assertEqual(yuv.chroma(frame).shape, (2, HEIGHT // 2, WIDTH // 2))
        numpy.testing.assert_array_equal(yuv.joined(luma(frame), yuv.chroma(frame)), frame)
        yuv.chroma(frame)[1] = 7
        self.assertTrue((frame[-HEIGHT // 4:] == 7).all())

    def test_centre_cuts_the_middle_of_each_plane(self):
        frame = yuv.from_bgr(pictures(1)[0])
        middle = yuv.centre(frame, (40, 32))
        numpy.testing.assert_array_equal(luma(middle), luma(frame)[16:48, 22:62])
        numpy.testing.assert_array_equal(yuv.centre(frame, (WIDTH + 8, HEIGHT + 8)), frame)
        numpy.testing.assert_array_equal(yuv.chroma(middle), yuv.chroma(frame)[:, 8:24, 11:31])

    def test_psnr_of_equal_frames_is_finite(self):
        frame = pictures(1)[0]
        self.assertAlmostEqual(yuv.psnr(frame, frame), 88.13, delta=0.01)
        self.assertAlmostEqual(yuv.psnr(frame, frame + 1), 48.13, delta=0.01)


class Camera(unittest.TestCase):
    def test_noise_grows_with_iso_and_light_as_electrons_say(self):
        gray = [numpy.full((HEIGHT, WIDTH, 3), level, numpy.uint8) for level in (120, 160)]
        found = {}
        for iso in (1600, 6400):
            clean, noisy = camera.shot(gray, iso)
            found[iso] = [deviation(luma(a), luma(b)) for a, b in zip(clean, noisy)]
            for level, frame in zip((120, 160), clean):
                self.assertAlmostEqual(luma(frame).mean(), 16 + level * 219 / 255, delta=1.5)
        for at_low, at_high in zip(found[1600], found[6400]):
            self.assertAlmostEqual(at_high / at_low, 2, delta=0.4)
        # The deviation of green behind the gamma, from the mean of its electrons. Luma is a mean of
        # components, and the mosaic is interpolated, so that less is left.
        linear = (160 / 255) ** 2.2 * 0.8
        electrons = 12000 / 64
        green = (linear * electrons + 9) ** 0.5 / electrons / linear / 2.2 * 160
        self.assertGreater(found[6400][1], 0.4 * green)
        self.assertLess(found[6400][1], green)

    def test_noise_stays_the_same(self):
        for one, other in zip(camera.shot(pictures(2), 6400), camera.shot(pictures(2), 6400)):
            numpy.testing.assert_array_equal(one, other)


@unittest.skipUnless(shutil.which("ffmpeg"), "there is no ffmpeg")
class Encoders(unittest.TestCase):
    def test_give_back_the_frames_with_errors(self):
        frames = [yuv.from_bgr(frame) for frame in pictures(3)]
        self.assertIs(encoders.coded(frames, encoders.RAW), frames)
        for coding, other in (("x264:18", "x264:36"), ("x265:18", "x265:36"), ("mjpeg:3", "mjpeg:20")):
            with self.subTest(coding=coding):
                fine, coarse = encoders.coded(frames, coding), encoders.coded(frames, other)
                self.assertEqual(len(fine), 3)
                psnr = [min(yuv.psnr(luma(a), luma(b)) for a, b in zip(frames, made))
                        for made in (fine, coarse)]
                self.assertGreater(psnr[0], 36)
                self.assertGreater(psnr[0], psnr[1])

    def test_filters_keep_the_order_of_frames(self):
        frames = [yuv.from_bgr(frame) for frame in pictures(4)]
        numpy.testing.assert_array_equal(encoders.filtered(frames, "null"), frames)


class Scenes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.clip = [yuv.from_bgr(frame) for frame in pictures()]
        cls.scenes = {title: recipe.make(cls.clip)
                      for title, recipe in footage_scenes.SCENES.items()}

    def noise(self, title, number, rows=slice(None)):
        scene = self.scenes[title]
        return deviation(luma(scene.clean[number])[rows], luma(scene.noisy[number])[rows])

    def test_have_what_the_table_says(self):
        for title, recipe in footage_scenes.SCENES.items():
            scene = self.scenes[title]
            with self.subTest(scene=title):
                self.assertEqual(scene.without is not None, recipe.has_without)
                self.assertEqual(len(scene.clean), COUNT)
                self.assertEqual(len(scene.noisy), COUNT)
                noise = numpy.mean(numpy.array(scene.noisy, float) != scene.clean)
                self.assertEqual(noise > 0, recipe.told > 0)

    def test_noise_has_the_level_that_is_told(self):
        for title in ("plain", "black bars", "noise in the lower half", "every frame twice",
                      "after a flash", "rolling lamp", "noise of rows"):
            scene = self.scenes[title]
            with self.subTest(scene=title):
                told = footage_scenes.SCENES[title].told
                self.assertAlmostEqual(self.noise(title, 6, scene.rows), told, delta=0.1 * told)
        self.assertAlmostEqual(self.noise("noise jumps from 4 to 20", 5), 4, delta=0.4)
        self.assertAlmostEqual(self.noise("noise jumps from 4 to 20", 6), 20, delta=1)

    def test_upper_half_and_bars_have_no_noise(self):
        self.assertEqual(self.noise("noise in the lower half", 5, slice(0, HEIGHT // 2)), 0)
        self.assertEqual(self.noise("its clean upper half", 5, slice(0, HEIGHT // 2)), 0)
        self.assertTrue((luma(self.scenes["black bars"].noisy[0])[:8] == 16).all())

    def test_without_shows_the_same_frame(self):
        scene = self.scenes["every frame twice"]
        numpy.testing.assert_array_equal(scene.noisy[4], scene.noisy[5])
        self.assertEqual(scene.psnr(scene.noisy), scene.psnr_without(scene.without.noisy))
        self.assertEqual(len(scene.without.noisy), COUNT // 2)

    def test_brightness_follows_the_light(self):
        fade = self.scenes["fade to black"].clean
        share = [(luma(frame).mean() - 16) / (luma(fade[0]).mean() - 16) for frame in fade]
        numpy.testing.assert_allclose(share, 1 - numpy.arange(COUNT) / COUNT, atol=0.02)
        flash = self.scenes["after a flash"]
        self.assertGreater(luma(flash.clean[6]).mean(), luma(flash.clean[5]).mean() + 40)
        self.assertEqual(flash.frames, slice(7, 9))
        lamp = luma(self.scenes["rolling lamp"].clean[0]) / luma(self.clip[0]).astype(float)
        self.assertAlmostEqual(lamp.max(), 1.08, delta=0.01)
        self.assertAlmostEqual(lamp.min(), 0.92, delta=0.01)

    def test_figures_count_rows_and_frames_of_the_scene(self):
        frame = numpy.zeros((6, 4), numpy.uint8)
        wrong = frame.copy()
        luma(wrong)[2:] = 10
        scene = footage_scenes.Scene([frame] * 3, [frame] * 3, rows=slice(2, 4), frames=slice(1, 3))
        made = [wrong, frame, wrong]
        self.assertEqual([round(value, 2) for value in scene.psnr(made)], [88.13, 28.13])
        self.assertEqual(scene.shift(made), 10)
        self.assertEqual(scene.shift([wrong, frame, frame]), 0)


if __name__ == "__main__":
    unittest.main()
