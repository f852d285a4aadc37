# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs each example with a source and a sink that need no camera and no screen.

Usage: test_examples.py TEST [unittest options], in the environment of the tree, with
DENOISEAE_EXAMPLES (the sources) and DENOISEAE_EXAMPLES_BUILD (the programs).
"""

import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

try:
    import gi

    gi.require_version("Gst", "1.0")
    gi.require_version("GstPbutils", "1.0")
    from gi.repository import Gst, GstPbutils
except (ImportError, ValueError) as error:
    raise unittest.SkipTest(str(error)) from error

SOURCES = pathlib.Path(os.environ["DENOISEAE_EXAMPLES"])
PROGRAMS = pathlib.Path(os.environ["DENOISEAE_EXAMPLES_BUILD"])
WIDTH, HEIGHT = 64, 48
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
CAMERA = f"video/x-raw,format=YUY2,width={WIDTH},height={HEIGHT},framerate=25/1"


def streams(path):
    """Counts the video and the sound streams of a file, and measures its length in seconds."""
    discoverer = GstPbutils.Discoverer.new(20 * Gst.SECOND)
    info = discoverer.discover_uri(pathlib.Path(path).resolve().as_uri())
    return (len(info.get_video_streams()), len(info.get_audio_streams()),
            info.get_duration() / Gst.SECOND)


class Examples(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_example(self, *command, stdin=None, **environment):
        done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True,
                              env={**os.environ, **environment}, check=False)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout[-2000:])
        return done.stdout

    def make_file(self, seconds, sound):
        """Makes a short MP4 file."""
        path = self.folder / f"in-{sound}.mp4"
        line = (f"videotestsrc num-buffers={int(25 * seconds)} "
                f"! video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate=25/1 "
                f"! x264enc ! h264parse ! mp4mux name=out ! filesink location={path} ")
        if sound:
            line += (f"audiotestsrc samplesperbuffer=1024 num-buffers={int(44100 * seconds / 1024)}"
                     " ! audio/x-raw,rate=44100 ! avenc_aac ! aacparse ! out.")
        subprocess.run(["gst-launch-1.0", "-q", *line.split()], check=True)
        return path

    def test_camera(self):
        out = self.folder / "out.yuv"
        self.run_example(SOURCES / "camera.sh",
                         SOURCE=f"videotestsrc num-buffers=5 is-live=true ! {CAMERA}",
                         SINK=f"video/x-raw,format=I420 ! filesink location={out}")
        # The queue may drop frames, but never all of them, nor a part of one.
        self.assertGreater(out.stat().st_size, 0)
        self.assertEqual(out.stat().st_size % FRAME_BYTES, 0)

    def test_file_to_file(self):
        for sound in (0, 1):
            with self.subTest(sound=sound):
                out = self.folder / f"out-{sound}.mp4"
                self.run_example(SOURCES / "file_to_file.sh", self.make_file(1, sound), out)
                video, audio, seconds = streams(out)
                self.assertEqual((video, audio), (1, sound))
                self.assertAlmostEqual(seconds, 1, delta=0.1)

    def test_side_by_side(self):
        out = self.folder / "out.yuv"
        self.run_example(SOURCES / "side_by_side.sh", self.make_file(0.2, False),
                         SINK=f"video/x-raw,format=I420 ! filesink location={out}")
        self.assertEqual(out.stat().st_size, 5 * 1280 * 360 * 3 // 2)

    def test_photos(self):
        photo = self.folder / "photo.jpg"
        subprocess.run(["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=1", "!",
                        "video/x-raw,width=97,height=65", "!", "jpegenc", "!", "filesink",
                        f"location={photo}"], check=True)
        self.run_example(SOURCES / "post_process" / "photos.sh", self.folder / "new", photo)
        header = (self.folder / "new" / "photo.png").read_bytes()[:24]
        self.assertEqual(header[:8], b"\x89PNG\r\n\x1a\n")
        self.assertEqual(header[16:], (97).to_bytes(4, "big") + (65).to_bytes(4, "big"))

    def test_denoise_raw(self):
        # The frames are two flat grey ones with noise, and most of the noise has to go.
        rng = random.Random(1)
        noisy = bytes(min(255, max(0, round(rng.gauss(128, 25)))) for _ in range(2 * FRAME_BYTES))
        out = self.run_example(PROGRAMS / "embed_cpp" / "denoise_raw", WIDTH, HEIGHT, stdin=noisy)
        self.assertEqual(len(out), len(noisy))

        def spread(frames):
            return (sum((value - 128) ** 2 for value in frames) / len(frames)) ** 0.5

        self.assertGreater(spread(noisy), 20)
        self.assertLess(spread(out), spread(noisy) / 3)

        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAMS / "embed_cpp" / "denoise_raw", str(WIDTH), str(HEIGHT)],
                                  input=noisy, stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"No space left", done.stderr)

    def test_embed_cpp(self):
        out = self.run_example(PROGRAMS / "embed_cpp" / "embed", SINK="fakesink",
                               SOURCE=f"videotestsrc num-buffers=150 is-live=true ! {CAMERA}")
        self.assertIn(b"PAUSED -> PLAYING", out)
        self.assertIn(b"noise level", out)
        self.assertIn(b"strength 0", out)

    def test_embed_python(self):
        out = self.run_example("/usr/bin/python3", SOURCES / "embed_python" / "embed.py",
                               SINK="fakesink",
                               SOURCE=f"videotestsrc num-buffers=60 is-live=true ! {CAMERA}")
        self.assertIn(b"noise level", out)
        self.assertIn(b"engine=", out)

    def check_demo_files(self):
        self.assertEqual((self.folder / "demo.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        return streams(self.folder / "demo.mp4")

    def decode_gray(self, png):
        """The rows of a picture."""
        header = png.read_bytes()[16:24]
        width, height = (int.from_bytes(part, "big") for part in (header[:4], header[4:]))
        raw = self.folder / "gray.raw"
        subprocess.run(["gst-launch-1.0", "-q", "filesrc", f"location={png}", "!", "pngdec", "!",
                        "videoconvert", "!", f"video/x-raw,format=GRAY8,width={width}", "!",
                        "filesink", f"location={raw}"], check=True)
        data = raw.read_bytes()
        stride = len(data) // height
        return [data[y * stride:y * stride + width] for y in range(height)]

    def check_demo_panels(self):
        """The titles are written, and the panels below them hold what they say."""
        panels, width, height, gap, top = 5, 480, 270, 12, 64
        rows = self.decode_gray(self.folder / "demo.png")
        self.assertEqual((len(rows), len(rows[0])),
                         (top + 2 * (height + gap), gap + panels * (width + gap)))
        lefts = [gap + panel * (width + gap) for panel in range(panels)]
        for left in lefts:
            self.assertLess(min(min(row[left:left + width]) for row in rows[:top]), 100)

        def distance(one, other, first, step):
            """Mean difference of two panels."""
            values = [(row[lefts[one] + x], row[lefts[other] + x])
                      for row in rows[first:first + height:step] for x in range(0, width, step)]
            return sum(abs(a - b) for a, b in values) / len(values)

        noisy, denoised, sharpened, difference, clean = range(panels)
        for first in (top, top + height + gap):
            with self.subTest(first_row=first):
                self.assertGreater(distance(noisy, clean, first, 3), 8)
                self.assertLess(distance(denoised, clean, first, 3), 5)
                self.assertGreater(distance(sharpened, denoised, first, 3), 0.2)
                self.assertGreater(distance(difference, clean, first, 3), 20)

    def test_demo(self):
        out = self.run_example(PROGRAMS / "demo" / "denoiseae-demo", "--out", self.folder,
                               "--noise", 25, SOURCES / "media" / "clip.mp4").decode()
        scores = dict(re.findall(r"^(\S.*?\S) {2,}(\d+\.\d+) +\d", out, re.MULTILINE))
        self.assertAlmostEqual(float(scores["noisy"]), 20.2, delta=0.3)
        self.assertGreater(float(scores["denoised"]), float(scores["noisy"]) + 6)
        self.assertIn("frames per second", out)
        video, audio, seconds = self.check_demo_files()
        self.assertEqual((video, audio), (1, 0))
        self.assertAlmostEqual(seconds, 60 / 25, delta=0.1)
        self.check_demo_panels()

    def test_demo_of_a_file_keeps_its_sound(self):
        self.run_example(PROGRAMS / "demo" / "denoiseae-demo", "--out", self.folder,
                         self.make_file(1, True))
        video, audio, seconds = self.check_demo_files()
        self.assertEqual((video, audio), (1, 1))
        self.assertAlmostEqual(seconds, 1, delta=0.1)

    def test_demo_of_a_camera_ends_by_itself(self):
        self.run_example(PROGRAMS / "demo" / "denoiseae-demo", "--out", self.folder,
                         "--seconds", 1, "/dev/video0", SOURCE=f"videotestsrc is-live=true ! {CAMERA}")
        self.assertEqual(self.check_demo_files()[:2], (1, 0))

    def test_demo_names_what_is_wrong(self):
        text = self.folder / "words.txt"
        text.write_text("no video\n")
        for file in (text, self.folder / "missing.mp4"):
            with self.subTest(file=file.name):
                done = subprocess.run([PROGRAMS / "demo" / "denoiseae-demo", "--out", self.folder,
                                       file], capture_output=True, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn(file.name.encode(), done.stderr)


if __name__ == "__main__":
    Gst.init(None)
    unittest.main(argv=[sys.argv[0], f"Examples.test_{sys.argv[1]}", *sys.argv[2:]])
