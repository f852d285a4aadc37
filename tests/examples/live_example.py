# SPDX-License-Identifier: LGPL-2.1-or-later
"""Holds what tests of live examples share: processes that end with the test, and a still picture."""

import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

SOURCES = pathlib.Path(os.environ["DENOISEAE_EXAMPLES"])
PSNR = pathlib.Path(os.environ["DENOISEAE_EXAMPLES_BUILD"]) / "embed_cpp" / "psnr_raw"
WIDTH, HEIGHT = 640, 360
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
# A still picture, to which any frame of the stream can be compared.
PICTURE = (f"videotestsrc pattern=smpte75 num-buffers={{frames}} {{live}} "
           f"! video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate=25/1")


class LiveExample(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, *command, log="output.txt", **options):
        """Starts a process that does not outlive the test. Its output is in the file `log`."""
        output = open(self.folder / log, "ab")
        self.addCleanup(output.close)
        process = subprocess.Popen([str(word) for word in command], stdout=output,
                                   stderr=subprocess.STDOUT, **options)
        self.addCleanup(self.stop, process)
        return process

    def stop(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()

    def output(self, log="output.txt"):
        path = self.folder / log
        return path.read_text(errors="replace")[-3000:] if path.exists() else ""

    def wait_for(self, condition, *processes):
        """Waits for as long as the test may take and the processes go on."""
        while not condition():
            for process in processes:
                self.assertIsNone(process.poll(), self.output())
            time.sleep(0.05)

    def launch(self, line, **options):
        done = subprocess.run(["gst-launch-1.0", "-q", *line.split()], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, **options)
        self.assertEqual(done.returncode, 0, done.stdout)

    def psnr_of_picture(self, path):
        """The number of frames of a file of raw frames, and their luma PSNR against PICTURE."""
        frames, rest = divmod(path.stat().st_size, FRAME_BYTES)
        self.assertEqual(rest, 0)
        self.assertGreater(frames, 0, self.output())
        clean = self.folder / "clean.yuv"
        self.launch(PICTURE.format(frames=frames, live="") + f" ! filesink location={clean}")
        printed = subprocess.run([PSNR, str(WIDTH), str(HEIGHT), clean, path], check=True,
                                 stdout=subprocess.PIPE, text=True).stdout
        return frames, float(printed)
