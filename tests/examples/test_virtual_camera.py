# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the virtual camera, on a bus and a PipeWire of its own, and into what is no device.

Usage: test_virtual_camera.py TEST [unittest options], in the environment of the tree, with
DENOISEAE_EXAMPLES (the sources) and DENOISEAE_EXAMPLES_BUILD (the programs).
"""

import os
import shutil
import signal
import subprocess
import sys
import unittest

from live_example import FRAME_BYTES, HEIGHT, PICTURE, SOURCES, WIDTH, LiveExample

SCRIPT = SOURCES / "virtual_camera.sh"
PROGRAMS = ("dbus-daemon", "pipewire", "wireplumber", "wpctl", "virtual_camera")
# The camera is slow enough for a machine that does other things as well.
CAMERA = PICTURE.replace("25/1", "10/1") + " ! addnoise level=25"

# Stands in for gst-launch-1.0: writes to a file what would go to the device.
LAUNCH = """#!/bin/sh
case "$*" in
  *"identity drop-allocation=true ! v4l2sink device=/dev/null") ;;
  *) exit 3 ;;
esac
count=$(($# - 2))
for word; do
  shift
  test "$count" -gt 0 && set -- "$@" "$word"
  count=$((count - 1))
done
exec {launch} -q "$@" filesink location={out}
"""


class VirtualCamera(LiveExample):
    def start_session(self):
        """Starts what the session of a user has: a bus, PipeWire and WirePlumber. They know nothing of
        another session of this machine."""
        missing = [name for name in PROGRAMS if shutil.which(name) is None]
        # The option --exists compares the versions of PipeWire and of GStreamer.
        if subprocess.run(["gst-inspect-1.0", "pipewiresrc"], stdout=subprocess.DEVNULL,
                          check=False).returncode:
            missing.append("pipewiresrc")
        if missing:
            self.skipTest(f"there is no {', '.join(missing)}")
        session = self.folder / "session"
        session.mkdir(0o700)
        self.environment = {
            **os.environ, "XDG_RUNTIME_DIR": str(session), "HOME": str(session),
            "XDG_CONFIG_HOME": str(session), "XDG_STATE_HOME": str(session),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={session}/bus"}
        for name in ("PIPEWIRE_REMOTE", "PIPEWIRE_RUNTIME_DIR"):
            self.environment.pop(name, None)
        bus = self.start("dbus-daemon", "--session", "--nofork", f"--address=unix:path={session}/bus",
                         env=self.environment)
        self.wait_for((session / "bus").exists, bus)
        self.pipewire = self.start("pipewire", env=self.environment)
        self.wait_for((session / "pipewire-0").exists, self.pipewire)
        self.start("wireplumber", env=self.environment)

    def start_camera(self):
        """Starts the script, and waits until programs find the camera."""
        camera = self.start(SCRIPT, env={**self.environment,
                                         "SOURCE": CAMERA.format(frames=-1, live="is-live=true")})

        def is_listed():
            listed = subprocess.run(["wpctl", "status"], capture_output=True, text=True, check=False,
                                    env=self.environment)
            return "Denoised camera" in listed.stdout

        self.wait_for(is_listed, self.pipewire, camera)
        return camera

    def look(self, frames, out):
        """The command of a program that looks at the camera for a while."""
        return ["gst-launch-1.0", "-q", "pipewiresrc", "target-object=denoiseae",
                f"num-buffers={frames}", "!", "videoconvert", "!",
                f"video/x-raw,format=I420,width={WIDTH},height={HEIGHT}", "!", "filesink",
                f"location={out}"]

    def check_looks(self, name, frames=20):
        out = self.folder / f"{name}.yuv"
        done = subprocess.run(self.look(frames, out), env=self.environment, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr + self.output())
        seen, psnr = self.psnr_of_picture(out)
        print(f"# the {name} program sees {seen} frames with {psnr:.2f} dB, of {self.noise:.2f} dB")
        self.assertEqual(seen, frames)
        self.assertGreater(psnr, self.noise + 6)

    def test_virtual_camera(self):
        noisy = self.folder / "noisy.yuv"
        self.launch(CAMERA.format(frames=20, live="") + f" ! filesink location={noisy}")
        self.noise = self.psnr_of_picture(noisy)[1]
        self.start_session()
        camera = self.start_camera()

        def is_open():
            threads = subprocess.run(["ps", "-L", "-o", "comm=", "-p", str(camera.pid)], text=True,
                                     stdout=subprocess.PIPE, check=False).stdout
            return "videotestsrc" in threads

        # Each of them finds the camera closed, and opens it.
        for name in ("first", "second"):
            self.check_looks(name)
            self.wait_for(lambda: not is_open(), camera)
        # A screen drops the frames that are late by their timestamps.
        shown = self.folder / "shown"
        shown.mkdir()
        self.launch("pipewiresrc target-object=denoiseae num-buffers=20 ! video/x-raw ! multifilesink "
                    f"sync=true max-lateness=20000000 location={shown}/%05d.yuv",
                    env=self.environment)
        print(f"# a screen shows {len(list(shown.iterdir()))} of 20 frames")
        self.assertGreaterEqual(len(list(shown.iterdir())), 10)
        # Others come and go while one stays.
        stays = self.start(*self.look(100000, self.folder / "stays.yuv"), env=self.environment)
        self.wait_for(is_open, camera, stays)
        for name in ("third", "fourth"):
            self.check_looks(name)
        self.assertTrue(is_open())
        seen = (self.folder / "stays.yuv").stat().st_size
        self.wait_for(lambda: (self.folder / "stays.yuv").stat().st_size > seen + FRAME_BYTES,
                      camera, stays)
        camera.send_signal(signal.SIGINT)
        self.assertEqual(camera.wait(), 0, self.output())

    def test_virtual_camera_ends_with_pipewire(self):
        self.start_session()
        camera = self.start_camera()
        self.stop(self.pipewire)
        self.assertEqual(camera.wait(), 1)
        self.assertIn("PipeWire has closed the camera", self.output())

    def test_virtual_camera_on_a_device(self):
        # The module of the kernel is not there. The sink finds that what it is given is no camera.
        environment = {**os.environ, "SOURCE": CAMERA.format(frames=20, live="is-live=true")}
        arguments = [SCRIPT, "--v4l2loopback", "/dev/null"]
        done = subprocess.run(arguments, text=True, capture_output=True, check=False, env=environment)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("for device '/dev/null': It isn't a v4l2 driver", done.stderr + done.stdout)

        # A device would be written the same frames of YUY2.
        out, programs = self.folder / "written.raw", self.folder / "bin"
        programs.mkdir()
        launch = programs / "gst-launch-1.0"
        launch.write_text(LAUNCH.format(launch=shutil.which("gst-launch-1.0"), out=out))
        launch.chmod(0o755)
        done = subprocess.run(arguments, text=True, capture_output=True, check=False,
                              env={**environment, "PATH": f"{programs}:{os.environ['PATH']}"})
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)
        self.launch(f"filesrc location={out} ! rawvideoparse format=yuy2 width={WIDTH} "
                    f"height={HEIGHT} ! videoconvert ! video/x-raw,format=I420 "
                    f"! filesink location={self.folder}/written.yuv")
        written, psnr = self.psnr_of_picture(self.folder / "written.yuv")
        print(f"# {written} frames with {psnr:.2f} dB are written")
        self.assertGreater(written, 0)
        # The noise alone is at 20.2 dB.
        self.assertGreater(psnr, 26)

    def test_virtual_camera_names_what_is_wrong(self):
        for words, arguments, environment in (
                ("PipeWire does not run", (), {"SOURCE": "videotestsrc"}),
                ("no camera /dev/missing", ("/dev/missing",), {}),
                ("takes one camera", ("/dev/video0", "/dev/video1"), {}),
                ("needs the device", ("--v4l2loopback",), {}),
                ("is no device", ("--v4l2loopback", "/dev/missing"), {}),
                ("unknown option", ("--loop",), {})):
            with self.subTest(words=words):
                done = subprocess.run([SCRIPT, *arguments], text=True, capture_output=True,
                                      check=False, env={**os.environ, **environment,
                                                        "XDG_RUNTIME_DIR": str(self.folder)})
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)

    def test_virtual_camera_needs_a_frame(self):
        if shutil.which("virtual_camera") is None:
            self.skipTest("there is no virtual_camera")
        for words, pipeline in (("it has no frame", "videotestsrc num-buffers=0"),
                                ("no element", "nothing"),
                                ("missing.yuv", "filesrc location=missing.yuv ! fakesink videotestsrc")):
            with self.subTest(words=words):
                done = subprocess.run(["virtual_camera", "Camera", pipeline], text=True,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], f"VirtualCamera.test_{sys.argv[1]}", *sys.argv[2:]])
