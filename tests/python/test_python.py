# SPDX-License-Identifier: LGPL-2.1-or-later
"""The Python package computes what the library and the element compute, on arrays of all kinds."""

import copy
import importlib
import os
import pathlib
import pickle
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import numpy as np

import denoiseae
from denoiseae import _library

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = (ROOT / "lib" / "include" / "denoiseae" / "denoiseae.h").read_text(encoding="utf-8")


def import_or_skip(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise unittest.SkipTest(str(error)) from error


def slope(height=64, width=96, channels=None, dtype=np.uint8, top=255):
    """Returns a slope of brightness."""
    plane = np.add.outer(np.arange(height), 2 * np.arange(width)) * (top / 512) + top / 5
    if channels:
        plane = np.repeat(plane[:, :, None], channels, axis=2)
    return plane.astype(dtype)


def yuv(height=64, width=96, dtype=np.uint8, top=255, halved=(2, 2)):
    chroma = np.full((height // halved[0], width // halved[1]), (top + 1) // 2, dtype)
    return slope(height, width, dtype=dtype, top=top), chroma, chroma.copy()


class Header(unittest.TestCase):
    def test_functions_are_declared(self):
        for name in (*_library._CHECKED, *_library._PLAIN):
            self.assertRegex(HEADER, rf"\b{name}\(")

    def test_structures_have_the_members_of_the_header(self):
        for name, structure in (("format_info", _library.FormatInfo), ("frame", _library.Frame),
                                ("model_info", _library.ModelInfo), ("options", _library.Options),
                                ("settings", _library.Settings), ("denoiser_info", _library.DenoiserInfo),
                                ("component", _library.Component)):
            with self.subTest(name):
                body = re.search(rf"typedef struct denoiseae_{name} {{(.*?)}} denoiseae_{name};", HEADER, re.DOTALL)
                text = re.sub(r"/\*.*?\*/", "", body.group(1), flags=re.DOTALL)
                members = re.findall(r"(\w+)(?:\[\d+\])?;", text)
                self.assertEqual(members, [field[0] for field in structure._fields_])


class Denoising(unittest.TestCase):
    def denoised(self, clean, **layout):
        """Denoises a few noisy frames, and returns by how many dB the last one got better."""
        denoiser = denoiseae.Denoiser("fast", threads=1)
        for index in range(4):
            noisy = denoiseae.add_noise(clean, 15, frame_index=index, **layout)
            result = denoiser(noisy, **layout)
        self.assertAlmostEqual(denoiser.estimate, 15, delta=4)
        first = clean if isinstance(clean, np.ndarray) else clean[0]
        self.assertEqual((result if isinstance(result, np.ndarray) else result[0]).shape, first.shape)
        return denoiseae.psnr(clean, result, **layout) - denoiseae.psnr(clean, noisy, **layout)

    def test_of_every_kind_of_array(self):
        packed = np.concatenate([slope(64, 96), np.full((32, 96), 128, np.uint8)])
        for name, clean, layout in (
            ("gray", slope(), {}), ("gray 16", slope(dtype=np.uint16, top=65535), {}),
            ("RGB", slope(channels=3), {}), ("RGBA", slope(channels=4), {}),
            ("BGR", slope(channels=3), {"format": "BGR"}), ("4:2:0", yuv(), {}),
            ("4:2:2", yuv(halved=(1, 2)), {}), ("4:4:4", yuv(halved=(1, 1)), {}),
            ("10 bit", yuv(dtype=np.uint16, top=1023), {"depth": 10}),
            ("12 bit", yuv(dtype=np.uint16, top=4095, halved=(1, 1)), {"depth": 12}),
            ("NV12", (slope(), np.full((32, 96), 128, np.uint8)), {}),
            ("I420 in one array", packed, {"format": "I420"}), ("NV12 in one array", packed, {"format": "NV12"}),
            ("odd", yuv(64, 96), {"format": "YV12"}),
        ):
            with self.subTest(name):
                self.assertGreater(self.denoised(clean, **layout), 8)

    def test_one_array_and_planes_give_the_same(self):
        noisy = denoiseae.add_noise(yuv(), 20)
        planes = denoiseae.Denoiser("fast")(noisy)
        together = np.concatenate([noisy[0], noisy[1].reshape(16, 96), noisy[2].reshape(16, 96)])
        one = denoiseae.Denoiser("fast")(together, format="I420")
        np.testing.assert_array_equal(one[:64], planes[0])
        np.testing.assert_array_equal(one[64:].reshape(-1)[:32 * 48].reshape(32, 48), planes[1])

    def test_in_place_and_on_views(self):
        noisy = denoiseae.add_noise(slope(64, 96), 20)
        expected = denoiseae.Denoiser("fast")(noisy)
        large = np.zeros((80, 128), np.uint8)
        view = large[8:72, 16:112]
        view[:] = noisy
        denoiser = denoiseae.Denoiser("fast")
        self.assertIs(denoiser(view, out=view), view)
        np.testing.assert_array_equal(view, expected)
        self.assertFalse(large[:8].any() or large[:, :16].any() or large[:, 112:].any())
        every_other = np.zeros((64, 192), np.uint8)[:, ::2]
        every_other[:] = noisy
        np.testing.assert_array_equal(denoiseae.Denoiser("fast")(every_other), expected)
        upside_down = np.ascontiguousarray(noisy[::-1])[::-1]
        np.testing.assert_array_equal(denoiseae.Denoiser("fast")(upside_down), expected)

    def test_into_memory_that_overlaps(self):
        noisy = slope() + np.random.default_rng(1).integers(0, 20, (64, 96), np.uint8)
        expected = denoiseae.Denoiser("fast")(noisy)
        buffer = noisy.copy()
        turned = buffer[::-1]
        denoiseae.Denoiser("fast")(buffer, out=turned)
        np.testing.assert_array_equal(turned, expected)

    def test_settings_and_state(self):
        noisy = denoiseae.add_noise(slope(), 20)
        denoiser = denoiseae.Denoiser("fast", strength=0)
        np.testing.assert_array_equal(denoiser(noisy), noisy)
        denoiser.strength, denoiser.noise_level = 1, 20
        first = denoiser(noisy)
        self.assertIsNone(denoiseae.Denoiser("fast").estimate)
        denoiser(denoiseae.add_noise(slope(), 20, seed=1))
        self.assertGreater(denoiser.history, 1.5)
        denoiser.reset()
        np.testing.assert_array_equal(denoiser(noisy), first)
        denoiser.noise_level = None
        denoiser(noisy)  # the frame before once more
        self.assertEqual(denoiser.noise_map.luma.shape, (4, 6))
        self.assertAlmostEqual(float(np.median(denoiser.noise_map.luma)), 20, delta=5)
        self.assertEqual(denoiser.info.engine, "native")
        self.assertGreater(denoiser.info.memory_bytes, 100000)
        denoiser.show = "noise"
        self.assertAlmostEqual(float(np.median(denoiser(noisy))), 80, delta=20)

    def test_an_iterator_over_frames(self):
        frames = [denoiseae.add_noise(slope(), 20, frame_index=i) for i in range(3)]
        denoiser = denoiseae.Denoiser("fast")
        expected = [denoiser(frame) for frame in frames]
        for result, frame in zip(denoiseae.Denoiser("fast").frames(iter(frames)), expected):
            np.testing.assert_array_equal(result, frame)

    def test_messages_and_threads(self):
        messages = []
        shares = []
        denoiser = denoiseae.Denoiser("fast", log=lambda level, text: messages.append((level, text)),
                                      progress=shares.append)
        noisy = denoiseae.add_noise(slope(), 20)
        expected = denoiser(noisy)
        self.assertEqual(shares[-1], 1)
        self.assertIn("model fast for 96x64", messages[0][1])
        results = []
        threads = [threading.Thread(target=lambda: results.append(denoiseae.Denoiser("fast")(noisy)))
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(results), 4)
        for result in results:
            np.testing.assert_array_equal(result, expected)


class Comparison(unittest.TestCase):
    """The example that compares settings in one picture."""

    def setUp(self):
        self.cv2 = import_or_skip("cv2")

    def compare(self, *arguments):
        script = ROOT / "examples" / "compare" / "compare.py"
        return subprocess.run([sys.executable, script, *map(str, arguments)], capture_output=True, text=True,
                              check=False)

    def test_of_settings(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "out.png"
            clip = ROOT / "examples" / "media" / "clip.mp4"
            done = self.compare(clip, out, "--noise", 20, "--frame", 3, "--try", "fast", "--try",
                                "fast,strength=0.5,sharpen=0.3", "--crop", "10,20,96,64", "--columns", 2)
            self.assertEqual(done.returncode, 0, done.stderr)
            full, half = (float(value) for value in re.findall(r": ([\d.]+) dB", done.stdout))
            self.assertGreater(full, half + 2)
            self.assertEqual(self.cv2.imread(str(out)).shape, (2 * (64 + 22), 2 * 96, 3))

    def test_names_what_is_wrong(self):
        clip = ROOT / "examples" / "media" / "clip.mp4"
        for arguments, message in ((("/nowhere.mp4", "x.png"), "no frame that OpenCV can read"),
                                   ((clip, "x.png", "--frame", 1, "--try", "fast,speed=3"), "unknown setting speed"),
                                   ((clip, "x.png", "--frame", 1, "--crop", "0,0,9999,9"), "outside the frame"),
                                   ((clip, "x.png", "--frame", 1, "--try", "nothing"), "no model named")):
            with self.subTest(arguments):
                done = self.compare(*arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn(message, done.stderr)


class Errors(unittest.TestCase):
    def check(self, code, pattern, function, *arguments, **named):
        with self.assertRaisesRegex(denoiseae.Error, pattern) as caught:
            function(*arguments, **named)
        self.assertEqual(caught.exception.code, code)

    def test_say_what_is_wrong(self):
        denoiser = denoiseae.Denoiser("fast")
        self.check("not_found", "no-such", denoiseae.Denoiser, "no-such")
        self.check("corrupt", "mine", denoiseae.Model, b"nonsense", "mine")
        self.check("bad_argument", "float64", denoiser, np.zeros((8, 8)))
        self.check("bad_argument", "one array is gray", denoiser, np.zeros((8, 8, 2), np.uint8))
        self.check("bad_argument", "depth=10", denoiser, yuv(dtype=np.uint16, top=1023))
        self.check("unsupported_format", "XYZ", denoiser, slope(), format="XYZ")
        self.check("bad_argument", "plane 1", denoiser, (slope(), np.zeros((20, 48), np.uint8),
                                                         np.zeros((32, 48), np.uint8)), format="I420")
        self.check("bad_argument", "expected one of", denoiseae.Denoiser, "fast", engine="steam")
        frozen = slope()
        frozen.flags.writeable = False
        self.check("bad_argument", "read-only", denoiser, slope(), out=frozen)
        self.check("bad_argument", "strength", denoiseae.Denoiser("fast", strength=5), slope())
        self.check("bad_argument", "threads is -1", denoiseae.Denoiser, "fast", threads=-1)
        self.check("bad_argument", "empty sequence", denoiser, [])
        self.check("bad_argument", "two axes", denoiser, np.zeros(8, np.uint8))
        self.check("bad_argument", "a pixel each 3 bytes", denoiser, slope(channels=4), format="BGR")
        self.check("bad_argument", "a pixel each 1 bytes", denoiser, slope(dtype=np.uint16), format="GRAY8")
        self.check("bad_argument", "one type", denoiser, (slope(), *yuv(dtype=np.uint16)[1:]))
        self.check("bad_argument", "plane 0", denoiser, slope(), out=slope(width=98))

    def test_travel_between_processes(self):
        error = pickle.loads(pickle.dumps(denoiseae.Error("corrupt", "a broken file")))
        self.assertEqual((error.code, str(error)), ("corrupt", "a broken file"))
        model = pickle.loads(pickle.dumps(denoiseae.Model("fast")))
        self.assertEqual(model.name, "fast")
        for copied in (denoiseae.Denoiser("fast"), denoiseae.Model(pathlib.Path(model.path).read_bytes())):
            with self.assertRaisesRegex(TypeError, "cannot be copied"):
                copy.copy(copied)

    def test_a_missing_library_is_told(self):
        done = subprocess.run([sys.executable, "-c", "import denoiseae"], capture_output=True, text=True, check=False,
                              env={**os.environ, "DENOISEAE_LIBRARY": "/nowhere/libdenoiseae.so.0"})
        self.assertIn("install libdenoiseae", done.stderr)


class Models(unittest.TestCase):
    def test_have_names_and_sizes(self):
        self.assertIn("balanced", denoiseae.models())
        model = denoiseae.Model("fast")
        self.assertEqual((model.name, model.architecture), ("fast", "recurrent_unet"))
        same = denoiseae.Model(pathlib.Path(model.path).read_bytes(), "same")
        self.assertEqual((same.name, same.parameters), ("same", model.parameters))


@unittest.skipUnless(shutil.which("denoise_raw") and shutil.which("gst-launch-1.0"), "needs the examples and GStreamer")
class Equal(unittest.TestCase):
    """Frames of a film, by Python, the program in C++, and the element."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_to_the_element_and_the_program_in_cpp(self):
        noisy, element, program = (self.folder / name for name in ("noisy", "element", "program"))
        subprocess.run(["gst-launch-1.0", "-q", "videotestsrc", "num-buffers=5", "pattern=smpte", "!",
                        "video/x-raw,format=I420,width=160,height=96", "!", "addnoise", "level=20", "!", "tee",
                        "name=t", "!", "queue", "!", "filesink", f"location={noisy}", "t.", "!", "queue", "!",
                        "denoiseae", "!", "filesink", f"location={element}"], check=True)
        with noisy.open("rb") as source, program.open("wb") as result:
            subprocess.run(["denoise_raw", "160", "96"], stdin=source, stdout=result, check=True)
        frames = np.fromfile(noisy, np.uint8).reshape(-1, 144, 160)
        self.assertEqual(len(frames), 5)
        results = np.stack(list(denoiseae.Denoiser().frames(frames, format="I420")))
        np.testing.assert_array_equal(results, np.fromfile(element, np.uint8).reshape(-1, 144, 160))
        np.testing.assert_array_equal(results, np.fromfile(program, np.uint8).reshape(-1, 144, 160))


if __name__ == "__main__":
    unittest.main()
