# SPDX-License-Identifier: LGPL-2.1-or-later
"""The command does what it promises beside denoising: pipes, folders, previews, parts, messages.

Usage: test_use.py TEST [unittest options], in the environment of film_case.py.
"""

import os
import pathlib
import pty
import re
import subprocess
import sys
import unittest

from film_case import (COMMAND, FAST, LOSSLESS, PICTURE, SOUND, TOP_FIRST, X264, FilmCase, ffmpeg,
                       frames_hash, noisy, probe, psnr, source, streams, times, video)

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLIP = ROOT / "examples" / "media" / "clip.mp4"


class Use(FilmCase):
    def clean_and_noisy(self, frames=10):
        """A piece of the shipped clip in 320x180, and the same with noise, both without loss."""
        scale = "scale=320:180:flags=area"
        words = ("-frames:v", frames, "-pix_fmt", "yuv420p", "-c:v", "ffv1")
        clean = self.film("clean.mkv", "-i", CLIP, "-vf", scale, *words)
        dirty = self.film("noisy.mkv", "-i", CLIP, "-vf", f"{scale},noise=alls=30:allf=t", *words)
        return clean, dirty

    def test_noise_gets_less(self):
        clean, dirty = self.clean_and_noisy()
        before = psnr(dirty, clean)
        for options in ((), ("--noise-level", 17), ("--model", "fast"), ("--precision", "float32")):
            with self.subTest(options):
                out = self.folder / "out.mkv"
                self.call("-y", *LOSSLESS, *options, dirty, out)
                self.assertGreater(psnr(out, clean), before + 6)

    def test_sharpen_and_strength_change_the_picture(self):
        _, dirty = self.clean_and_noisy(4)
        hashes = set()
        for i, options in enumerate(((), ("--sharpen", 0.5), ("--strength", 0.5),
                                     ("--strength", 0))):
            out = self.folder / f"{i}.mkv"
            self.call(*LOSSLESS, *options, dirty, out)
            hashes.add(tuple(frames_hash(out)))
        self.assertEqual(len(hashes), 4)

    def test_fields_are_denoised_apart(self):
        """Fields of two moments keep their difference, which a denoiser of whole frames would blur."""
        picture = "testsrc2=size=96x76:rate=50,noise=alls=20:allf=t,interlace=scan=tff:lowpass=off"
        film = self.film("in.mkv", *source(picture, 0.4), "-pix_fmt", "yuv420p", "-flags", "+ildct",
                         *X264[:2], "-qp", 0, "-preset", "ultrafast", "-x264-params", "tff=1")
        fields = []
        for name, height in (("top", 0), ("bottom", 1)):
            path = self.film(f"{name}.mkv", "-i", film, "-vf", f"field={name},setfield=prog",
                             "-c:v", "ffv1")
            out = self.folder / f"{name}-out.mkv"
            self.call(*LOSSLESS, path, out)
            fields.append(frames_hash(out))
        out = self.folder / "out.mkv"
        self.call(*LOSSLESS, film, out)
        for name, expected in zip(("top", "bottom"), fields):
            path = self.film(f"{name}-of-out.mkv", "-i", out, "-vf", f"field={name}", "-c:v",
                             "ffv1")
            self.assertEqual(frames_hash(path), expected, name)

    def test_strength_0_keeps_each_bit(self):
        for pix_fmt in ("yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p12le", "gray",
                        "gray10le", "yuv411p", "bgr0", "gbrp10le", "gray16le", "yuv420p9le"):
            with self.subTest(pix_fmt):
                film = self.film(f"{pix_fmt}.mkv", *source(noisy() + ",scale=99:67", 0.2),
                                 "-pix_fmt", pix_fmt, "-c:v", "ffv1")
                out = self.folder / f"{pix_fmt}-out.mkv"
                self.call(*LOSSLESS, "--strength", 0, film, out)
                if pix_fmt in ("yuv411p",
                               "yuv420p9le"):  # converted, as the denoiser takes no such format
                    self.assertGreater(psnr(out, film), 40)
                else:
                    self.assertEqual(frames_hash(out), frames_hash(film))
                    self.assertEqual(video(out)["pix_fmt"], pix_fmt)

    def test_rgb_keeps_its_colors_in_yuv(self):
        for size in ("96x64", "1280x720"):
            film = self.film("in.mkv", *source(f"smptehdbars=size={size}:rate=25", 0.08),
                             "-pix_fmt",
                             "bgr0", "-c:v", "ffv1")
            out = self.folder / "out.mkv"
            self.call("-y", "--strength", 0, "--crf", 1, film, out)
            self.assertEqual((video(out)["pix_fmt"], video(out)["color_range"]), ("yuv444p", "tv"))
            same = [self.film(f"{i}.mkv", "-i", path, "-vf", "format=gbrp", "-c:v", "ffv1")
                    for i, path in enumerate((film, out))]
            text = subprocess.run(["ffmpeg", "-nostdin", "-i", same[0], "-i", same[1], "-lavfi",
                                   "psnr",
                                   "-f", "null", "-"], capture_output=True, text=True,
                                   check=True).stderr
            self.assertGreater(float(re.search(r"min:(\S+)", text).group(1)), 36)

    def test_part_of_a_film(self):
        film = self.film("in.mkv", *source(noisy(), 2), "-f", "lavfi", "-t", 2, "-i", SOUND,
                         "-pix_fmt", "yuv420p", *X264, "-g", 20, "-bf", 2, "-c:a", "flac")
        out = self.folder / "out.mkv"
        self.call(*LOSSLESS, "--strength", 0, "--from", "0.52", "--to", "0:01.4", film, out)
        self.assertEqual(frames_hash(out), frames_hash(film)[13:35])
        self.assertAlmostEqual(times(out)[0], 0, delta=0.0011)
        self.assertAlmostEqual(float(probe(out)["format"]["duration"]), 0.88, delta=0.06)
        self.assertEqual(len(streams(out, "audio")), 1)

    def test_part_between_times_of_frames(self):
        film = self.film("in.mp4", *source(noisy("testsrc2=size=96x64:rate=30000/1001")),
                         "-pix_fmt", "yuv420p", *X264)
        at = times(film)
        hashes = frames_hash(film)
        for first, last in ((7, 13), (13, 14), (14, 22)):
            out = self.folder / f"{first}.mkv"
            self.call(*LOSSLESS, "--strength", 0, "--from", at[first], "--to", at[last], film, out)
            self.assertEqual(frames_hash(out), hashes[first:last])

    def test_frames_before_a_part_give_it_a_past(self):
        clean, dirty = self.clean_and_noisy(20)
        part = self.film("clean-part.mkv", "-ss", "0.4", "-i", clean, "-c:v", "ffv1")
        quality = []
        for run_in in (0, 0.4):
            out = self.folder / f"{run_in}.mkv"
            self.call(*LOSSLESS, "--from", 0.4, "--to", 0.48, "--run-in", run_in, dirty, out)
            first = self.film("first.mkv", "-i", part, "-frames:v", len(times(out)), "-c:v", "ffv1")
            quality.append(psnr(out, first))
        self.assertGreater(quality[1], quality[0] + 0.3)

    def pipe(self, film, pix_fmt, *options):
        """Runs ffmpeg | denoiseae - - | ffmpeg."""
        out = self.folder / f"pipe-{pix_fmt}.mkv"
        before = subprocess.Popen(["ffmpeg", "-v", "error", "-i", film, "-pix_fmt", pix_fmt,
                                   "-strict", "-1", "-f",
                                   "yuv4mpegpipe", "-"], stdout=subprocess.PIPE)
        command = subprocess.Popen([COMMAND, *options, "-", "-"], stdin=before.stdout,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        ffmpeg("-i", "-", "-c:v", "ffv1", out, stdin=command.stdout)
        self.assertEqual((before.wait(), command.wait()), (0, 0), command.stderr.read())
        for stream in (before.stdout, command.stdout, command.stderr):
            stream.close()
        return out

    def test_pipes(self):
        clean, dirty = self.clean_and_noisy()
        self.assertGreater(psnr(self.pipe(dirty, "yuv420p"), clean), psnr(dirty, clean) + 6)
        for pix_fmt in ("yuv420p", "yuv422p10le", "yuv444p"):
            out = self.pipe(dirty, pix_fmt, "--strength", "0")
            same = self.film("same.mkv", "-i", dirty, "-pix_fmt", pix_fmt, "-c:v", "ffv1")
            self.assertEqual(frames_hash(out), frames_hash(same))
            self.assertEqual(video(out)["r_frame_rate"], video(dirty)["r_frame_rate"])

    def test_film_from_a_pipe(self):
        film = self.noisy_film("in.mkv", 0.4)
        out = self.folder / "out.mp4"
        with film.open("rb") as stdin:
            self.call(*FAST, "-", out, stdin=stdin)
        self.assert_like_before(film, out)
        # The index of such a file stands at its end: a shell that redirects it lets it be searched.
        with out.open("rb") as stdin:
            self.call(*FAST, "-", self.folder / "again.mkv", stdin=stdin)
        self.assertEqual(len(times(self.folder / "again.mkv")), 10)
        done = subprocess.run([COMMAND, *FAST, "-", self.folder / "piped.mkv"], check=False,
                              input=film.read_bytes(), capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(times(self.folder / "piped.mkv")), 10)

    def test_folder(self):
        films = self.folder / "films"
        films.mkdir()
        for name in ("a.mkv", "b.mp4", "c.avi"):
            self.film(f"films/{name}", *source(noisy(), 0.4), "-pix_fmt", "yuv420p", *X264)
        self.film("films/picture.png", *source(PICTURE), "-frames:v", 1)
        (films / "notes.txt").write_text("nothing to see\n")
        (films / "a.srt").write_text("1\n00:00:00,000 --> 00:00:00,200\nwords\n")
        (films / "loop").symlink_to(films / "loop")
        said = self.call(*FAST, films, f"{self.folder}/new/")
        self.assertEqual(sorted(path.name for path in (self.folder / "new").iterdir()),
                         ["a.mkv", "b.mp4", "c.mkv"])
        for name in ("picture.png", "notes.txt"):
            self.assertIn(f"{name}: left out", said)
        for name, out in (("a.mkv", "a.mkv"), ("c.avi", "c.mkv")):
            self.assertEqual(len(times(self.folder / "new" / out)), len(times(films / name)))

    def test_wildcard_and_several_at_once(self):
        for name in ("a1.mkv", "a2.mkv", "b.mkv"):
            self.noisy_film(name, 0.2)
        (self.folder / "a3.mkv").write_text("no film")
        out = self.folder / "new"
        out.mkdir()
        self.call(*FAST, "--jobs", 3, "--threads", 2, self.folder / "a[12].mkv",
                  self.folder / "b.mkv", out)
        self.assertEqual(sorted(path.name for path in out.iterdir()), ["a1.mkv", "a2.mkv", "b.mkv"])

    def panels(self, path):
        """The gray values of the sheet of a preview, row by row."""
        stream = video(path)
        data = ffmpeg("-i", path, "-pix_fmt", "gray", "-f", "rawvideo", "-")
        return [data[y * stream["width"]:(y + 1) * stream["width"]] for y in range(stream["height"])]

    def test_preview(self):
        _, dirty = self.clean_and_noisy(30)
        picture = self.folder / "look.png"
        self.call("--preview", picture, dirty)
        self.assert_only("clean.mkv", "noisy.mkv", "look.png")
        rows = self.panels(picture)
        gap, title, width, height = 12, 32, 480, 270
        self.assertEqual((len(rows[0]), len(rows)), (gap + 4 * (width + gap),
                                                     3 * (title + height + gap)))

        def roughness(panel, place):
            """Mean difference of pixels in magnified details, four of which are one of the film."""
            left, top = gap + panel * (width + gap), title + place * (title + height + gap)
            pairs = [(rows[y][x], rows[y][x + 6]) for y in range(top, top + height, 6)
                     for x in range(left, left + width - 6, 6)]
            return sum(abs(a - b) for a, b in pairs) / len(pairs)

        for place in range(3):
            with self.subTest(place=place):
                captions = rows[place * (title + height + gap):][:title]
                self.assertLess(min(min(row) for row in captions), 100)
                self.assertGreater(roughness(2, place), roughness(3, place) + 3)

    def test_preview_of_a_rotated_film_as_jpeg_with_film(self):
        upright = self.noisy_film("upright.mp4")
        film = self.rotated_film(upright)
        picture = self.folder / "look.jpg"
        out = self.folder / "out.mp4"
        self.call(*FAST, "--preview", picture, film, out)
        self.assertEqual(video(picture)["codec_name"], "mjpeg")
        self.assertGreater(self.panels(picture)[0][0], 250, "paper is white")
        self.assertEqual(video(picture)["width"], 12 + 4 * (320 + 12))
        self.assertEqual(len(times(out)), 25)

    def test_odd_sizes_find_an_encoder(self):
        film = self.film("in.mkv", *source(noisy() + ",scale=97:65", 0.2), "-pix_fmt", "yuv420p",
                         "-c:v", "ffv1")
        self.assertIn("even width and height", self.call("--video-codec", "x264", film,
                                                         self.folder / "no.mkv", status=1))
        out = self.folder / "out.mkv"
        self.call(film, out)
        self.assertEqual((video(out)["width"], video(out)["height"]), (97, 65))
        fields = self.film("fields.mkv", *source(noisy() + ",scale=96:74", 0.2), "-pix_fmt",
                           "yuv420p",
                           "-c:v", "ffv1", "-flags", "+ildct", *TOP_FIRST, "-vf", "setfield=tff")
        self.assertIn("a height that 4 divides", self.call("--video-codec", "x264", fields,
                                                           self.folder / "no.mkv", status=1))
        self.call("-y", fields, out)
        self.assertEqual((video(out)["height"], video(out)["field_order"]), (74, video(fields)["field_order"]))

    def test_codecs(self):
        film = self.noisy_film("in.mkv", 0.4)
        for name, codec, ending in (("x264", "h264", "mp4"), ("x265", "hevc", "mkv"), ("av1", "av1",
                                                                                       "mp4"),
                                    ("vp9", "vp9", "webm"), ("prores", "prores", "mov"),
                                    ("ffv1", "ffv1", "mkv"), ("av1", "av1", "webm")):
            with self.subTest(name):
                out = self.folder / f"{name}.{ending}"
                self.call("--video-codec", name, film, out)
                self.assertEqual(video(out)["codec_name"], codec)
                self.assertEqual(len(times(out)), 10)

    def test_messages(self):
        film = self.noisy_film("in.mkv", 0.4)
        said = self.call(*FAST, film, self.folder / "loud.mkv")
        self.assertRegex(said,
                         r"10 frames in [\d.]+ s \([\d.]+ fps\), noise level \d+\.\d, x264 in yuv420p")
        self.assertEqual(self.call(*FAST, "--quiet", film, self.folder / "quiet.mkv"), "")
        terminal, device = pty.openpty()
        film = self.film("long.mkv", *source(noisy("testsrc2=size=640x360:rate=25"), 6), "-pix_fmt",
                         "yuv420p", *X264)
        done = subprocess.run([COMMAND, *FAST, film, self.folder / "shown.mkv"],
                              stderr=device, check=False)
        os.close(device)
        shown = os.read(terminal, 100000).decode()
        os.close(terminal)
        self.assertEqual(done.returncode, 0, shown)
        self.assertRegex(shown,
                         r"\rlong.mkv: \[#*\.*\] +\d+ %, \d+ frames, [\d.]+ fps, [\d:]+ left, noise")

    def test_help_and_models(self):
        done = subprocess.run([COMMAND, "--help"], capture_output=True, text=True, check=True)
        for words in ("Exit codes", "ffmpeg -i"):
            self.assertIn(words, done.stdout)
        options = set(re.findall(r"^ +(?:-\w,)?(--[a-z-]+)", done.stdout, re.MULTILINE))
        manual = (ROOT / "docs" / "command.md").read_text()
        rows = {option for row in re.findall(r"^\| (`-.*?) \|", manual, re.MULTILINE)
                for option in re.findall(r"--[a-z-]+", row)}
        self.assertEqual(options - {"--help", "--version"}, rows)
        codecs = re.search(r"--video-codec TEXT +([^;]*);", done.stdout).group(1).split(", ")
        self.assertEqual(codecs, re.findall(r"^\| `(\w+)` \| \w", manual, re.MULTILINE))
        done = subprocess.run([COMMAND, "--list-models"], capture_output=True, text=True,
                              check=True)
        self.assertLessEqual({"balanced", "fast", "high"}, set(done.stdout.split()))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], f"Use.test_{sys.argv[1]}", *sys.argv[2:]])
