# SPDX-License-Identifier: LGPL-2.1-or-later
"""The shipped weights denoise what a decoder or an editor sends: the scenes of ./dev quality in short
form, the middle of two clips.

It runs in the environment of the tree, with DENOISEAE_MODELS (the folder of the models) and
DENOISEAE_SHARED_DEFAULT (where the clips are, unless DENOISEAE_SHARED says otherwise).
"""

import os
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "benchmarks" / "quality"), str(ROOT / "benchmarks")]

try:
    import element
    import footage
    import footage_scenes
    import numpy
    import yuv
except (ImportError, ValueError) as error:
    raise unittest.SkipTest(str(error)) from error

MODELS = pathlib.Path(os.environ["DENOISEAE_MODELS"])
SHARED = pathlib.Path(os.environ.get("DENOISEAE_SHARED", os.environ["DENOISEAE_SHARED_DEFAULT"]))
CLIPS = ("davis_kite-surf", "derf_foreman_cif")
SIZE = (288, 208)
FRAMES = 14
NAMES = ("fast", "balanced", "high")


def mean(values):
    return float(numpy.mean(values))


class Scenes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        data = SHARED / "data"
        for clip in CLIPS:
            if not (data / "video" / "test" / clip).is_dir():
                raise unittest.SkipTest(f"no clip {clip} in {data}/video/test")
        cls.clips = {clip.name: [yuv.centre(yuv.from_bgr(frame), SIZE) for frame in clip.pictures]
                     for clip in footage.read_clips(data, FRAMES) if clip.name in CLIPS}
        # The past is worth most where nothing moves.
        cls.clips["still"] = cls.clips[CLIPS[-1]][:1] * FRAMES

    def each(self, title, check):
        """Calls check with the scene of each clip, its frames from each model, and the settings."""
        for clip, frames in self.clips.items():
            scene = footage_scenes.SCENES[title].make(frames)
            for name in NAMES:
                settings = {"model": MODELS / name / "weights.safetensors"}
                with self.subTest(scene=title, clip=clip, model=name):
                    check(scene, element.denoised_i420(scene.noisy, settings), settings)

    def check_gain(self, title, least):
        self.each(title, lambda scene, made, _: self.assertGreaterEqual(
            mean(scene.psnr(made)) - mean(scene.psnr(scene.noisy)), least))

    def check_without(self, title, most):
        def check(scene, made, settings):
            without = element.denoised_i420(scene.without.noisy, settings)
            self.assertLessEqual(mean(scene.psnr_without(without)) - mean(scene.psnr(made)), most)

        self.each(title, check)

    def check_brightness(self, title, most):
        """most: in codes, by model."""
        self.each(title, lambda scene, made, settings: self.assertLessEqual(
            scene.shift(made), most[settings["model"].parent.name]))

    def test_noise_in_a_part_of_the_picture_is_removed(self):
        self.check_gain("noise in the lower half", 6)

    def test_a_part_without_noise_is_better_than_with_one_level_for_all(self):
        def check(scene, made, settings):
            level = footage_scenes.SCENES["its clean upper half"].told
            told = element.denoised_i420(scene.noisy, {**settings, "noise-level": level})
            self.assertGreaterEqual(mean(scene.psnr(made)) - mean(scene.psnr(told)), 2)

        self.each("its clean upper half", check)

    def test_noise_that_jumps_is_removed_from_the_second_frame_on(self):
        self.check_gain("noise jumps from 4 to 20", 6)

    def test_bars_cost_little(self):
        self.check_without("black bars", 0.8)

    def test_repeated_frames_cost_little(self):
        self.check_without("every frame twice", 0.5)

    def test_a_flash_costs_little(self):
        self.check_without("after a flash", 1)

    def test_a_lamp_costs_little(self):
        self.check_without("rolling lamp", 1)
        self.check_brightness("rolling lamp", dict.fromkeys(NAMES, 0.6))

    def test_a_fade_keeps_its_brightness(self):
        # In float32, which processors without bfloat16 use, high makes the last frame of a still picture,
        # which is nearly black, 0.31 codes too dark.
        self.check_brightness("fade to black", {"fast": 0.2, "balanced": 0.2, "high": 0.35})


if __name__ == "__main__":
    unittest.main()
