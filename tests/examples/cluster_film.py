# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds what the tests of examples/cluster share: made-up films, and what is measured of the results."""

import atexit
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

try:
    import numpy as np
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error
if shutil.which("ffmpeg") is None:
    raise unittest.SkipTest("ffmpeg is not in the search path")

CLUSTER = pathlib.Path(os.environ["DENOISEAE_EXAMPLES"]) / "cluster"
WIDTH, HEIGHT = 128, 96
SCENES = (40, 44, 36)
FRAMES = sum(SCENES)
RATE = "24000/1001"
NOISE = ",noise=alls=22:allf=t"
CHAPTERS = """;FFMETADATA1
title=Three scenes
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1668
title=One
[CHAPTER]
TIMEBASE=1/1000
START=1668
END=5000
title=Two
"""


def run(*command, **options):
    """Runs a program that has to succeed, and returns what it writes."""
    done = subprocess.run([str(word) for word in command], capture_output=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} failed: {done.stderr.decode()[-3000:]}")
    return done.stdout


def ffmpeg(*options):
    return run("ffmpeg", "-nostdin", "-v", "error", "-y", *options)


def probe(path, *options):
    return json.loads(run("ffprobe", "-v", "error", "-of", "json", *options, path))


def make_film(path, noise, *options):
    """Makes a film of three scenes with sound and chapters."""
    size = f"s={WIDTH}x{HEIGHT}:r={RATE}"
    sources = [f"testsrc2={size}", f"mandelbrot={size}", f"smptehdbars={size}"]
    inputs = [word for source in sources for word in ("-f", "lavfi", "-i", source)]
    scenes = "".join(f"[{i}]trim=end_frame={count},format=yuv420p[s{i}];" for i, count in enumerate(SCENES))
    chapters = path.with_suffix(".txt")
    chapters.write_text(CHAPTERS)
    ffmpeg(*inputs, "-f", "lavfi", "-i", "sine=d=5", "-i", chapters, "-filter_complex",
           f"{scenes}[s0][s1][s2]concat=n=3{noise},format=yuv420p[v]", "-map", "[v]", "-map", "3", "-map_metadata", "4",
           "-map_chapters", "4", *options, path)


def frames_of(path):
    """The frames as rows of samples in 8 bits."""
    # Colours that a film says would make newer versions of ffmpeg convert them.
    silent = "setparams=range=unknown:color_primaries=unknown:color_trc=unknown:colorspace=unknown"
    raw = ffmpeg("-i", path, "-map", "0:v", "-vf", silent, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt",
                 "yuv420p", "-")
    return np.frombuffer(raw, np.uint8).reshape(-1, WIDTH * HEIGHT * 3 // 2).astype(float)


def errors(one, other):
    """The mean square distance of each two frames."""
    return np.square(one - other).mean(axis=1)


def sound(path):
    """A checksum of the coded sound, and the seconds from the first picture of a Matroska file to its first sound."""
    found = [probe(path, "-select_streams", kind, "-show_entries", "stream=start_time") for kind in "va"]
    first = [float(stream["streams"][0]["start_time"]) for stream in found]
    return ffmpeg("-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-"), first[1] - first[0]


class ClusterTest(unittest.TestCase):
    """Has a noisy film, and what a single run makes of it. All tests of a process share them."""

    shared = None

    @classmethod
    def setUpClass(cls):
        if ClusterTest.shared is None:
            folder = tempfile.TemporaryDirectory()
            atexit.register(folder.cleanup)
            ClusterTest.shared = pathlib.Path(folder.name)
            ClusterTest.make_shared_films()

    @classmethod
    def make_shared_films(cls):
        cls.film = cls.shared / "film.mp4"
        make_film(cls.film, NOISE, "-c:v", "libx264", "-crf", "12", "-bf", "3", "-g", "50", "-c:a", "aac")
        # MP4 hides what AAC puts before the sound, and Matroska does not.
        copied = cls.shared / "copied.mkv"
        ffmpeg("-i", cls.film, "-c", "copy", copied)
        cls.sound = sound(copied)
        cls.single = cls.denoise_at_once(cls.film, cls.shared / "single.mkv")

    @classmethod
    def denoise_at_once(cls, film, out):
        y4m = ffmpeg("-i", film, "-map", "0:v", "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "-strict", "-1", "-")
        denoised = run(sys.executable, CLUSTER / "denoise_y4m.py", input=y4m)
        run("ffmpeg", "-v", "error", "-i", "-", "-c:v", "ffv1", out, input=denoised)
        return frames_of(out)

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        # Names of people's films have blanks.
        self.folder = pathlib.Path(folder.name) / "my films"
        self.folder.mkdir()
        self.parts = self.folder / "parts"

    def cluster(self, *arguments):
        return run(sys.executable, CLUSTER / "cluster.py", *arguments)

    def cluster_fails(self, message, *arguments):
        done = subprocess.run([sys.executable, CLUSTER / "cluster.py", *map(str, arguments)], capture_output=True,
                              text=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(message, done.stderr)
        self.assertNotIn("Traceback", done.stderr)

    def check_film(self, out):
        """Whether a film is what a single run makes, with the sound of the original."""
        joined = frames_of(out)
        self.assertEqual(joined.shape, (FRAMES, WIDTH * HEIGHT * 3 // 2))
        # This is a PSNR of 50 dB.
        self.assertLess(errors(joined, self.single).max(), 255 ** 2 / 1e5)
        self.assertEqual(sound(out)[0], self.sound[0])
        self.assertAlmostEqual(sound(out)[1], self.sound[1], delta=0.002)
