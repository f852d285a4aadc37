# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs v4l2_denoise on a camera that is made up (fake_camera.c), and the program of users on what is no camera.

Usage: test_v4l2.py PROGRAM FAKE [unittest options], with the program, and the one that the camera is linked into.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

try:
    import denoiseae
    import numpy as np
except ImportError as error:
    raise unittest.SkipTest(str(error)) from error

PROGRAM, FAKE = sys.argv[1:3]
WIDTH, HEIGHT, FRAMES = 98, 66, 4
PADDING = 30


def noisy_planes(seed):
    """Y, U and V of one noisy picture, chroma of full width."""
    rng = np.random.default_rng(seed)
    x, y = np.meshgrid(np.arange(WIDTH), np.arange(HEIGHT))
    clean = (60 + x, 100 + y // 2, 140 - x // 3)
    return [np.clip(plane + rng.normal(0, 12, plane.shape), 0, 255).astype(np.uint8) for plane in clean]


def yuyv(y, u, v):
    return [np.stack([y[:, ::2], u[:, ::2], y[:, 1::2], v[:, ::2]], axis=2).reshape(HEIGHT, -1)]


def uyvy(y, u, v):
    return [np.stack([u[:, ::2], y[:, ::2], v[:, ::2], y[:, 1::2]], axis=2).reshape(HEIGHT, -1)]


def nv12(y, u, v):
    return [y, np.stack([u[::2, ::2], v[::2, ::2]], axis=2).reshape(HEIGHT // 2, -1)]


def i420(y, u, v):
    return [y, u[::2, ::2], v[::2, ::2]]


def gray(y, _u, _v):
    return [y]


# V4L2's name: fourcc, the library's name, what makes the planes, and Y, U and V out of the planes.
FORMATS = {
    "YUYV": ("YUYV", "YUY2", yuyv, lambda p: (p[0][:, ::2], p[0][:, 1::4], p[0][:, 3::4]), "422"),
    "UYVY": ("UYVY", "UYVY", uyvy, lambda p: (p[0][:, 1::2], p[0][:, ::4], p[0][:, 2::4]), "422"),
    "NV12": ("NV12", "NV12", nv12, lambda p: (p[0], p[1][:, ::2], p[1][:, 1::2]), "420jpeg"),
    "YUV420": ("YU12", "I420", i420, tuple, "420jpeg"),
    "GREY": ("GREY", "GRAY8", gray, tuple, "mono"),
}


def padded(planes):
    """Bytes as V4L2 lays them out, where each row ends in padding, less in planes of half the width."""
    return b"".join(np.pad(plane, ((0, 0), (0, PADDING * plane.shape[1] // planes[0].shape[1])),
                           constant_values=7).tobytes() for plane in planes)


class Camera(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.device = self.folder / "video0"
        self.device.touch()

    def environment(self, name="YUYV", offers=None, fault="", pictures=None):
        """A camera of one format that gives pictures, each a list of planes."""
        planes = pictures or [FORMATS[name][2](*noisy_planes(seed)) for seed in range(FRAMES)]
        frames = [padded(picture) for picture in planes]
        film = self.folder / "film"
        film.write_bytes(b"".join(frames))
        return {**os.environ, "FAKE_CAMERA_FORMATS": offers or FORMATS[name][0], "FAKE_CAMERA_FAULT": fault,
                "FAKE_CAMERA_WIDTH": str(WIDTH), "FAKE_CAMERA_HEIGHT": str(HEIGHT),
                "FAKE_CAMERA_LINE": str(planes[0][0].shape[1] + PADDING), "FAKE_CAMERA_BYTES": str(len(frames[0])),
                "FAKE_CAMERA_FILM": str(film)}

    def denoise(self, *options, **camera):
        return subprocess.run([FAKE, *options, self.device], capture_output=True, check=False,
                              env=self.environment(**camera))

    def fails(self, message, *options, status=1, **camera):
        done = self.denoise(*options, **camera)
        self.assertEqual((done.returncode, done.stdout), (status, b""), done.stderr)
        self.assertIn(message, done.stderr.decode())

    def denoised(self, name):
        """What the library makes of the camera's frames, where they lie without padding."""
        _, library_name, make, _, _ = FORMATS[name]
        denoiser = denoiseae.Denoiser("balanced")
        for seed in range(FRAMES):
            planes = [np.ascontiguousarray(plane) for plane in make(*noisy_planes(seed))]
            result = denoiser(planes if len(planes) > 1 else planes[0], format=library_name)
            yield list(result) if len(planes) > 1 else [result]


class Frames(Camera):
    def test_are_those_of_the_library_in_y4m(self):
        for name, (_, _, _, split, y4m) in FORMATS.items():
            with self.subTest(name):
                done = self.denoise("--frames", str(FRAMES), name=name)
                self.assertEqual(done.returncode, 0, done.stderr)
                expected = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F30000:1001 Ip C{y4m}\n".encode()
                for planes in self.denoised(name):
                    expected += b"FRAME\n" + b"".join(plane.tobytes() for plane in split(planes))
                self.assertEqual(done.stdout, expected)

    def test_are_those_of_the_library_without_padding(self):
        for name in FORMATS:
            with self.subTest(name):
                done = self.denoise("--raw", "--frames", str(FRAMES), name=name)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout, b"".join(plane.tobytes() for planes in self.denoised(name)
                                                       for plane in planes))

    def test_have_less_noise(self):
        clean = 60 + np.arange(WIDTH)

        def error(raw):
            return np.square(np.frombuffer(raw, np.uint8).reshape(-1, WIDTH) - clean.astype(float)).mean()

        noisy = self.denoise("--raw", "--frames", "4", "--strength", "0", name="GREY").stdout
        self.assertEqual(noisy, b"".join(noisy_planes(seed)[0].tobytes() for seed in range(FRAMES)))
        self.assertLess(error(self.denoise("--raw", "--frames", "4", name="GREY").stdout), error(noisy) / 3)

    def test_that_the_driver_calls_damaged_leave_no_trace(self):
        pictures = [[noisy_planes(seed)[0]] for seed in range(FRAMES)]
        pictures[1][0][20:40] = 255
        results = [np.frombuffer(self.denoise("--raw", "--frames", "4", name="GREY", fault=fault,
                                              pictures=pictures).stdout, np.uint8).reshape(FRAMES, HEIGHT, WIDTH)
                   for fault in ("", "damaged")]
        clean = 60 + np.arange(WIDTH)
        taken, known = (np.square(frames[2, 20:40] - clean.astype(float)).mean() for frames in results)
        self.assertLess(known, taken)

    def test_come_from_the_best_format_that_there_is(self):
        done = self.denoise("--frames", "1", name="NV12", offers="MJPG,GREY,NV12")
        self.assertIn(b"C420jpeg", done.stdout.split(b"\n")[0])
        done = self.denoise("--frames", "1", "--format", "GREY", name="GREY", offers="MJPG,NV12,GREY")
        self.assertIn(b"Cmono", done.stdout.split(b"\n")[0])

    def test_that_the_driver_dropped_are_counted(self):
        self.assertIn(b"4 frames; the camera dropped 0 ", self.denoise("--frames", "4").stderr)
        self.assertIn(b"4 frames; the camera dropped 6 ", self.denoise("--frames", "4", fault="slow").stderr)

    def test_are_whole_when_the_user_has_enough(self):
        with subprocess.Popen([FAKE, "--raw", self.device], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=self.environment(fault="endless"), bufsize=0) as program:
            begin = program.stdout.read(WIDTH * HEIGHT * 2)
            program.send_signal(signal.SIGINT)
            rest, errors = program.communicate(timeout=60)
        self.assertEqual(program.returncode, 0, errors)
        self.assertEqual((len(begin) + len(rest)) % (WIDTH * HEIGHT * 2), 0)


class Errors(Camera):
    def test_of_the_camera_are_told(self):
        self.fails("offers MJPG; expected YUYV, UYVY, NV12, YUV420, GREY\nv4l2_denoise: Motion JPEG has to be decoded",
                   offers="MJPG")
        self.fails("offers NV12; expected GREY, as --format says", "--format", "GREY", name="NV12")
        self.fails("does not capture video", fault="metadata")
        self.fails("is used by another program", fault="busy")
        self.fails("gives interlaced frames", fault="interlaced")
        whole = (2 * WIDTH + PADDING) * HEIGHT
        self.fails(f"a frame of {WIDTH}x{HEIGHT} in YUYV has {whole} bytes, the camera's has {whole // 2}", "--raw",
                   fault="short")

    def test_of_a_camera_that_is_unplugged_come_after_its_frames(self):
        done = self.denoise("--raw")
        self.assertEqual((done.returncode, len(done.stdout)), (1, FRAMES * WIDTH * HEIGHT * 2))
        self.assertIn(b"no more frames come: No such device", done.stderr)

    def test_of_the_library_are_told(self):
        self.fails("nonesuch", "--model", "nonesuch")
        self.fails("strength", "--raw", "--strength", "3")

    def test_of_a_full_disk_are_told(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([FAKE, "--frames", "1", self.device], stdout=full, stderr=subprocess.PIPE,
                                  env=self.environment(), check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"standard output: No space left", done.stderr)

    def test_of_usage_are_told(self):
        self.fails("--size: expected a size as 640x480, found 640", "--size", "640", status=2)
        self.fails("--frames: expected a number from 1, found 0", "--frames", "0", status=2)
        self.fails("--noise-level: expected a number, found much", "--noise-level", "much", status=2)
        self.fails("--format: expected frames that are not compressed", "--format", "MJPG", status=2)
        self.fails("--format: expected YUYV, UYVY", "--format", "BGR3", status=2)
        self.fails("unrecognized option", "--nonesuch", status=2)
        self.fails("expected one device as /dev/video0, found several", "/dev/video1", status=2)


class Program(unittest.TestCase):
    def run_program(self, *arguments):
        done = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_explains_itself(self):
        status, out, _ = self.run_program("--help")
        self.assertEqual(status, 0)
        self.assertIn("/dev/videoN", out)

    def test_tells_what_is_no_camera(self):
        for path, message in (("/dev/nonesuch", "cannot be opened: No such file"),
                              ("/", "cannot be opened: Is a directory"),
                              ("/dev/null", "is no V4L2 device; expected one as /dev/video0")):
            with self.subTest(path):
                status, out, errors = self.run_program(path)
                self.assertEqual((status, out), (1, ""))
                self.assertIn(message, errors)
        self.assertEqual(self.run_program()[0], 2)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
