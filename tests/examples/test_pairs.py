# SPDX-License-Identifier: LGPL-2.1-or-later
"""examples/pairs: pairs of a still scene, and what would spoil them."""

import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import cv2
    import numpy as np
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

PAIRS = pathlib.Path(os.environ["DENOISEAE_EXAMPLES"]) / "pairs"
WIDTH, HEIGHT, FRAMES, NOISE = 160, 120, 40, 12.0


def scene(seed=1):
    """A drawn scene, larger than the frames."""
    random = np.random.default_rng(seed)
    picture = np.full((HEIGHT + 40, WIDTH + 40, 3), 110, np.uint8)
    for _ in range(90):
        place = tuple(int(v) for v in random.integers(0, (WIDTH + 40, HEIGHT + 40)))
        colour = tuple(int(v) for v in random.integers(50, 200, 3))
        cv2.circle(picture, place, int(random.integers(4, 16)), colour, -1, cv2.LINE_AA)
    return cv2.GaussianBlur(picture, (0, 0), 1).astype(np.float32)


def view(picture, x=0.0, y=0.0):
    """A frame of the scene, moved by parts of a pixel."""
    matrix = np.float32([[1, 0, x - 20], [0, 1, y - 20]])
    return cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)


class MadePairs(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.random = np.random.default_rng(4)
        self.scene = scene()

    def noise(self):
        return self.random.normal(0, NOISE, (HEIGHT, WIDTH, 3))

    def film(self, frames):
        """Writes frames, and returns what make_pairs.py says."""
        film = self.folder / "film"
        film.mkdir(exist_ok=True)
        for number, frame in enumerate(frames):
            cv2.imwrite(str(film / f"{number:03}.png"), np.clip(np.rint(frame), 0, 255).astype(np.uint8))
        return subprocess.run([sys.executable, PAIRS / "make_pairs.py", film, self.folder / "pairs"],
                              capture_output=True, text=True, check=False)

    def values(self, done):
        self.assertEqual(done.returncode, 0, done.stderr)
        return dict(line.rsplit(" ", 2)[:2] for line in done.stdout.splitlines()
                    if line.endswith((" px", " codes")))

    def error_of_truth(self, number, clean):
        made = cv2.imread(str(self.folder / "pairs" / f"film-{number:03}_clean.png"))
        inner = np.s_[8:-8, 8:-8]
        return np.sqrt(np.square(made[inner] - clean[inner]).mean())

    def refused(self, message, frames):
        done = self.film(frames)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, message)
        self.assertNotIn("Traceback", done.stderr)
        self.assertFalse((self.folder / "pairs").exists())

    def test_hold_the_mean_of_a_still_scene(self):
        clean = view(self.scene)
        found = self.values(self.film([clean + self.noise() for _ in range(FRAMES)]))
        self.assertLess(float(found["largest shift"]), 0.1)
        self.assertAlmostEqual(float(found["noise of the truth"]), NOISE / FRAMES ** 0.5, delta=0.6)
        names = sorted(path.name for path in (self.folder / "pairs").iterdir())
        self.assertEqual(len(names), 16)
        self.assertEqual(names[:2], ["film-000_clean.png", "film-000_noisy.png"])
        self.assertLess(self.error_of_truth(20, clean), 1.2 * NOISE / FRAMES ** 0.5)

    def test_follow_a_camera_that_trembles(self):
        places = self.random.uniform(-1.5, 1.5, (FRAMES, 2))
        found = self.values(self.film([view(self.scene, *place) + self.noise() for place in places]))
        self.assertGreater(float(found["largest shift"]), 1)
        for number in (0, 20):
            self.assertLess(self.error_of_truth(number, view(self.scene, *places[number])), 3)

    def test_follow_light_that_flickers_a_little(self):
        gains = 1 + 0.02 * np.sin(np.arange(FRAMES))
        self.values(self.film([gain * view(self.scene) + self.noise() for gain in gains]))
        self.assertLess(self.error_of_truth(20, gains[20] * view(self.scene)), 2.5)

    def test_are_refused_where_the_truth_would_be_wrong(self):
        clean, other = view(self.scene), view(scene(9))
        with self.subTest("moved"):
            def with_a_visitor(number):
                frame = clean.copy()
                frame[30:80, 3 * number:3 * number + 30] = 220
                return frame + self.noise()
            self.refused("of the picture moved", map(with_a_visitor, range(FRAMES)))
        with self.subTest("light"):
            self.refused("brightness changed by", [(1 + 0.01 * t) * clean + self.noise() for t in range(FRAMES)])
        with self.subTest("noise that stays"):
            noise, frames = self.noise(), []
            for _ in range(FRAMES):
                noise = 0.7 * noise + 0.7 * self.noise()
                frames.append(clean + noise)
            self.refused("noise is not new", frames)
        with self.subTest("clipped"):
            self.refused("black or white", [clean * 1.6 + self.noise() for _ in range(FRAMES)])
        with self.subTest("no noise"):
            self.refused("hardly any noise", [clean] * FRAMES)
        with self.subTest("moving camera"):
            self.refused("moved by|cannot be aligned", [view(self.scene, t / 2) + self.noise() for t in range(FRAMES)])
        with self.subTest("another scene"):
            self.refused("moved|cannot be aligned", [(clean if t < 20 else other) + self.noise() for t in range(FRAMES)])

    def test_of_another_film_are_not_replaced(self):
        frames = [view(self.scene) + self.noise() for _ in range(16)]
        self.values(self.film(frames))
        done = self.film(frames)
        self.assertEqual(done.returncode, 1)
        self.assertIn("has pairs of film already", done.stderr)

    def test_need_frames(self):
        self.refused("has 3 frames that can be read, expected at least 16", [view(self.scene)] * 3)

    def test_are_trained_on_by_the_preset_beside(self):
        clean = view(self.scene)
        self.values(self.film([clean + self.noise() for _ in range(FRAMES)]))
        photos = self.folder / "open" / "photos"
        photos.mkdir(parents=True)
        for seed in range(2):
            cv2.imwrite(str(photos / f"{seed}.png"), scene(seed))
        done = subprocess.run(["denoiseae-train", PAIRS / "camera.toml", "--data", self.folder, "--out",
                               self.folder / "run", "--set", "training.steps=2", "--set", "training.report_interval=2",
                               "--set", "training.warmup_steps=1", "--set", "training.validation_samples=2", "--set",
                               "training.quantise=0"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.folder / "run" / "best.safetensors").is_file())


if __name__ == "__main__":
    unittest.main()
