# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the examples for cameras, on one processor and on loopback, and the one that counts bytes.

Usage: test_live_examples.py TEST [unittest options], in the environment of the tree, with
DENOISEAE_EXAMPLES (the sources) and DENOISEAE_EXAMPLES_BUILD (the programs).
"""

import math
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import unittest

from live_example import PICTURE, SOURCES, LiveExample

SUPPORT = pathlib.Path(__file__).resolve().parent


class LiveExamples(LiveExample):
    def frames_of_a_slow_camera(self, script):
        """How many frames reach the denoiser on one processor, and how many a screen shows. The
        processor takes several times as long as a frame of this camera lasts."""
        folder = self.folder / script.stem
        folder.mkdir()
        log = folder / "log.txt"
        processor = min(os.sched_getaffinity(0))
        environment = {
            **os.environ,
            "SOURCE": "videotestsrc pattern=smpte75 is-live=true num-buffers=960 "
                      "! video/x-raw,format=I420,width=1920,height=1080,framerate=120/1",
            # The screens of GStreamer drop what is later than 5 ms. Each frame that is shown is written.
            "SINK": "video/x-raw,format=I420 ! multifilesink sync=true qos=true max-lateness=5000000 "
                    f"location={folder}/%05d.yuv",
            "GST_TRACERS": "stats", "GST_DEBUG": "GST_TRACER:7", "GST_DEBUG_FILE": str(log),
            "GST_DEBUG_NO_COLOR": "1",
        }
        process = self.start(script, env=environment,
                             preexec_fn=lambda: os.sched_setaffinity(0, {processor}))
        process.wait()
        self.assertEqual(process.returncode, 0, self.output())

        text = log.read_text(errors="replace")
        element = re.search(r"new-element, .*?ix=\(uint\)(\d+),.*? name=\(string\)denoiseae0", text)
        self.assertIsNotNone(element)
        reached = len(re.findall(rf"buffer, .*peer-element-ix=\(uint\){element[1]}[,;]", text))
        shown = len(list(folder.glob("*.yuv")))
        print(f"# {script.stem}: of 960 frames {reached} reach the denoiser and {shown} are shown")
        self.assertGreater(reached, 5)
        self.assertLess(reached, 960)
        return reached, shown

    def test_camera_on_a_slow_machine(self):
        reached, shown = self.frames_of_a_slow_camera(SOURCES / "camera.sh")
        self.assertGreaterEqual(shown, 0.8 * reached)
        # Where the screen does not hear how long frames take, all of them come too late, but for those
        # that a sink shows in any case: the first one, and one when it has shown none for a second.
        text = (SOURCES / "camera.sh").read_text()
        untold = self.folder / "untold.sh"
        untold.write_text(text.replace("denoiseae model=auto", "denoiseae model=auto report-latency=off"))
        untold.chmod(0o755)
        self.assertNotEqual(untold.read_text(), text)
        reached, shown = self.frames_of_a_slow_camera(untold)
        self.assertLess(shown, 0.5 * reached)

    def noisy_camera(self, frames):
        """A pipeline that stands for the inside of a network camera, and the PSNR of its noise."""
        with_noise = PICTURE.format(frames=frames, live="{live}") + " ! addnoise level=20 "
        noisy = self.folder / "noisy.yuv"
        self.launch(with_noise.format(live="") + f"! filesink location={noisy}")
        coded = (with_noise.format(live="is-live=true") +
                 "! x264enc pass=quant quantizer=16 speed-preset=ultrafast tune=zerolatency")
        return coded, self.psnr_of_picture(noisy)[1]

    def check_hls(self, hls, noise):
        """The segments of the playlist decode to the picture with less noise, and their number of
        frames is returned."""
        listed = [line for line in (hls / "playlist.m3u8").read_text().splitlines()
                  if line and not line.startswith("#")]
        self.assertIn("#EXT-X-ENDLIST", (hls / "playlist.m3u8").read_text())
        self.assertGreater(len(listed), 0)
        # Players see the segments as one stream. The last one may hold no frame.
        stream, out = self.folder / "stream.ts", self.folder / "stream.yuv"
        stream.write_bytes(b"".join((hls / pathlib.Path(name).name).read_bytes()
                                    for name in listed))
        self.launch(f"filesrc location={stream} ! tsdemux ! h264parse ! avdec_h264 ! videoconvert "
                    f"! video/x-raw,format=I420 ! filesink location={out}")
        shown, psnr = self.psnr_of_picture(out)
        print(f"# {len(listed)} segments: {shown} frames with {psnr:.2f} dB, of {noise:.2f} dB")
        self.assertGreater(psnr, noise + 4)
        return shown

    def test_camera_to_hls(self):
        pipeline, noise = self.noisy_camera(150)
        port = self.folder / "port"
        server = self.start("/usr/bin/python3", SUPPORT / "rtsp_server.py", port, pipeline)
        self.wait_for(port.exists, server)
        hls = self.folder / "hls"
        done = subprocess.run([SOURCES / "camera_to_hls.sh",
                               f"rtsp://127.0.0.1:{port.read_text()}/camera", hls],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertGreater(self.check_hls(hls, noise), 5)

    def test_camera_to_hls_over_srt(self):
        pipeline, noise = self.noisy_camera(60)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        camera = ["gst-launch-1.0", "-q", "-e", *pipeline.split(), "!", "h264parse", "!",
                  "mpegtsmux", "alignment=7", "!", "srtsink", f"uri=srt://127.0.0.1:{port}?mode=listener"]

        def is_listening():
            return f":{port:04X} " in pathlib.Path("/proc/net/udp").read_text()

        # The camera goes after 60 frames, which it sends when somebody listens, and comes again.
        first = self.start(*camera, log="camera.txt")
        self.wait_for(is_listening, first)
        hls = self.folder / "hls"
        script = self.start(SOURCES / "camera_to_hls.sh", f"srt://127.0.0.1:{port}", hls)
        self.comes_to_its_end(first, camera)
        before = self.bytes_of(hls)
        self.comes_to_its_end(self.start(*camera, log="camera.txt"), camera)
        self.wait_for(lambda: self.bytes_of(hls) > before + 10000, script)
        script.send_signal(signal.SIGINT)
        self.assertEqual(script.wait(), 0, self.output())
        self.assertGreater(self.check_hls(hls, noise), 5)

    def comes_to_its_end(self, process, camera):
        """Waits for a camera to send all of its frames. The listener of srtsink gives up by itself in
        one of hundreds of runs on a busy machine; it then comes again, as a camera does."""
        for _ in range(3):
            if process.wait() == 0:
                return
            print("# the camera gave up:", self.output("camera.txt").replace("\n", "\n# "))
            process = self.start(*camera, log="camera.txt")
        self.assertEqual(process.wait(), 0, self.output("camera.txt"))

    def bytes_of(self, hls):
        return sum(path.stat().st_size for path in hls.glob("*.ts"))

    def test_camera_to_hls_names_what_is_wrong(self):
        for words, arguments, status in (("--help", (), 2),
                                         ("rtsp:// or srt://", ("http://a", "b"), 2)):
            with self.subTest(words=words):
                done = subprocess.run([SOURCES / "camera_to_hls.sh", *arguments], text=True,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, status)
                self.assertIn(words, done.stderr)

    def test_bitrate(self):
        done = subprocess.run([SOURCES / "bitrate.sh"], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = {name: (int(size), float(psnr)) for name, size, psnr in
                re.findall(r"^(\w+) +(\d+) bytes +([\d.]+) dB$", done.stdout, re.MULTILINE)}
        self.assertEqual(sorted(rows), ["denoised", "noisy"], done.stdout)
        self.assertLess(rows["denoised"][0], 0.6 * rows["noisy"][0])
        self.assertGreater(rows["denoised"][1], rows["noisy"][1] + 1)
        saved = int(re.search(r"^saved +(\d+) %", done.stdout, re.MULTILINE)[1])
        self.assertEqual(saved, 100 - math.floor(100 * rows["denoised"][0] / rows["noisy"][0]))

    def test_bitrate_names_what_is_wrong(self):
        for words, arguments in (("no such file", ("missing.mp4",)),
                                 ("LEVEL", (SOURCES / "media" / "clip.mp4", "much")),
                                 ("CRF", (SOURCES / "media" / "clip.mp4", "5", "99"))):
            with self.subTest(words=words):
                done = subprocess.run([SOURCES / "bitrate.sh", *arguments], text=True,
                                      capture_output=True, check=False)
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)

    def test_examples_name_what_is_wrong(self):
        for words, script, arguments in (
                ("no camera /dev/missing", "camera.sh", ("/dev/missing",)),
                ("takes one camera", "camera.sh", ("/dev/video0", "/dev/video1")),
                ("no such file: missing.mp4", "file_to_file.sh", ("missing.mp4", "out.mp4")),
                ("--help", "file_to_file.sh", ()),
                ("no such file: missing.mp4", "side_by_side.sh", ("missing.mp4",)),
                ("no such file: missing.jpg", "post_process/photos.sh", (self.folder, "missing.jpg")),
                ("--help", "post_process/photos.sh", ())):
            with self.subTest(script=script, words=words):
                done = subprocess.run([SOURCES / script, *arguments], text=True, capture_output=True,
                                      check=False)
                self.assertEqual(done.returncode, 2)
                self.assertIn(words, done.stderr)

    def test_help(self):
        scripts = [path for path in SOURCES.rglob("*.sh") if path.parent.name != "media"]
        self.assertGreaterEqual(len(scripts), 7)
        for path in scripts:
            with self.subTest(script=path.name):
                done = subprocess.run([path, "--help"], text=True, capture_output=True, check=True)
                self.assertIn(f"./dev run examples/{path.relative_to(SOURCES)}", done.stdout)
                self.assertNotIn("set -euo", done.stdout)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], f"LiveExamples.test_{sys.argv[1]}", *sys.argv[2:]])
