# SPDX-License-Identifier: LGPL-2.1-or-later
"""Films of all kinds are denoised, and everything else in them is kept.

Usage: test_kept.py TEST [unittest options], in the environment of film_case.py.
"""

import fractions
import json
import subprocess
import sys
import unittest

from film_case import (COMMAND, FAST, PICTURE, SOUND, TOP_FIRST, X264, X265, FilmCase, ffmpeg, frame_entries,
                       noisy, packet_times, probe, source, streams, times, video)

MASTERING = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
CHAPTERS = """;FFMETADATA1
title=A film
[CHAPTER]
TIMEBASE=1/1000
START=0
END=400
title=First
[CHAPTER]
TIMEBASE=1/1000
START=400
END=1000
title=Second
"""
SUBTITLES = "1\n00:00:00,100 --> 00:00:00,500\nHello\n\n2\n00:00:00,600 --> 00:00:00,900\nBye\n"


class Kept(FilmCase):
    def test_8_bit_420(self):
        film = self.film("in.mp4", *source(noisy()), "-f", "lavfi", "-t", 1, "-i", SOUND,
                         "-pix_fmt",
                         "yuv420p", "-aspect", "4:3", "-color_range", "tv", "-colorspace", "bt709",
                         "-color_trc", "bt709", "-color_primaries", "bt709", *X264, "-bf", 2,
                         "-c:a", "aac",
                         "-metadata", "title=A film", "-metadata:s:a", "language=fra")
        for name, tags in (("out.mp4", 1), ("out.mkv", 1), ("out.mov", 1)):
            with self.subTest(name):
                out = self.denoised(film, name)
                self.assert_like_before(film, out)
                self.assertEqual(probe(out)["format"]["tags"]["title"], "A film")
                self.assertEqual(video(out)["codec_name"], "h264")
                self.assertEqual(video(out)["color_space"], "bt709")

    def test_10_bit_420(self):
        film = self.film("in.mkv", *source(noisy()), "-pix_fmt", "yuv420p10le", *X265)
        for name in ("out.mkv", "out.mp4"):
            out = self.denoised(film, name)
            self.assert_like_before(film, out)
            self.assertEqual(video(out)["codec_name"], "hevc")
        self.assertEqual(video(self.folder / "out.mp4")["codec_tag_string"], "hvc1")

    def test_formats_from_420_to_444(self):
        for pix_fmt, codec in (("yuv422p", "h264"), ("yuv444p", "h264"), ("yuv422p10le", "hevc"),
                               ("yuv444p10le", "hevc"), ("yuv420p12le", "hevc"),
                               ("yuv444p12le", "hevc"), ("gbrp10le", "hevc")):
            with self.subTest(pix_fmt):
                film = self.film(f"{pix_fmt}.mkv", *source(noisy(), 0.2), "-pix_fmt", pix_fmt,
                                 "-c:v", "ffv1")
                out = self.denoised(film, f"{pix_fmt}-out.mkv")
                self.assertEqual(video(out)["codec_name"], codec)
                self.assert_like_before(film, out)

    def interlaced(self, name, *words):
        """Fields of two moments, which a progressive encoder would mix."""
        picture = noisy("testsrc2=size=96x72:rate=50") + ",interlace=scan=tff:lowpass=off"
        return self.film(name, *source(picture), *TOP_FIRST, *words)

    def test_interlaced(self):
        film = self.interlaced("in.mkv", "-pix_fmt", "yuv420p", *X264, "-flags", "+ildct+ilme",
                               "-x264-params", "tff=1")
        for name in ("out.mkv", "out.mp4"):
            with self.subTest(name):
                out = self.denoised(film, name)
                self.assert_like_before(film, out, ["field_order"])
                for frame in frame_entries(out, "interlaced_frame,top_field_first"):
                    self.assertEqual((frame["interlaced_frame"], frame["top_field_first"]), (1, 1))

    def test_interlaced_prores(self):
        film = self.interlaced("in.mov", "-pix_fmt", "yuv422p10le", "-c:v", "prores_ks", "-flags",
                               "+ildct")
        out = self.folder / "out.mov"
        self.call("--video-codec", "prores", film, out)
        self.assert_like_before(film, out, ["field_order", "codec_name", "profile"])
        self.assertEqual({frame["interlaced_frame"] for frame in
                          frame_entries(out, "interlaced_frame")}, {1})

    def test_variable_frame_rate(self):
        """The times of the frames grow by 1 to 6 ticks."""
        film = self.film("in.mkv", *source(noisy(PICTURE, 20)), "-vf", "setpts='(N+N*N/8)/25/TB'",
                         "-fps_mode", "vfr", "-enc_time_base", "1/1000", "-pix_fmt", "yuv420p",
                         *X264)
        steps = [round(b - a, 2) for a, b in zip(times(film), times(film)[1:])]
        self.assertGreater(len(set(steps)), 5)
        for name in ("out.mkv", "out.mp4"):
            with self.subTest(name):
                self.assert_like_before(film, self.denoised(film, name))

    def hdr10(self, path):
        done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-print_format",
                               "json", "-show_frames", "-read_intervals", "%+#1", path],
                              capture_output=True, check=True)
        lists = (json.loads(done.stdout)["frames"][0], video(path))
        found = {entry["side_data_type"]: entry
                 for where in lists for entry in where.get("side_data_list", [])}
        return (found["Mastering display metadata"], found["Content light level metadata"])

    def test_hdr10(self):
        colors = ("-color_range", "tv", "-colorspace", "bt2020nc", "-color_trc", "smpte2084",
                  "-color_primaries", "bt2020", "-chroma_sample_location", "topleft")
        # Newer versions of ffmpeg ask the frames for their colours.
        said = ",setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
        film = self.film("in.mkv", *source(noisy() + said, 0.4), "-pix_fmt", "yuv420p10le", *X265, *colors,
                         "-x265-params",
                         f"hdr10=1:master-display={MASTERING}:max-cll=1000,400:chromaloc=2")
        before = self.hdr10(film)
        self.assertEqual(before[1]["max_content"], 1000)
        for name, *options in (("out.mkv",), ("out.mp4",), ("x264.mkv", "--video-codec", "x264"),
                               ("av1.mkv", "--video-codec", "av1")):
            with self.subTest(name):
                out = self.folder / name
                fast = () if "av1" in name else FAST
                self.call(*fast, *options, film, out)
                self.assert_like_before(film, out)
                self.assertEqual(video(out)["color_transfer"], "smpte2084")
                self.assertEqual(self.hdr10(out)[1], before[1])
                for key, value in before[0].items():
                    if "/" not in value:
                        continue
                    old, new = (float(fractions.Fraction(text)) for text in (value,
                                                                             self.hdr10(out)[0][key]))
                    self.assertAlmostEqual(old, new, delta=7e-5 + 1e-4 * old, msg=key)

    def test_rotated_phone_video(self):
        upright = self.film("upright.mp4", *source(noisy()), "-f", "lavfi", "-t", 1, "-i", SOUND,
                            "-pix_fmt", "yuvj420p", *X264, "-c:a", "aac")
        film = self.rotated_film(upright, "-metadata", "location=+52.5+013.4/", "-metadata",
                                 "com.android.version=13", "-movflags", "use_metadata_tags")
        self.assertIn("rotation", str(video(film)))
        for name in ("out.mp4", "out.mov"):
            with self.subTest(name):
                out = self.denoised(film, name)
                self.assert_like_before(film, out, ["side_data_list"])
                tags = probe(out)["format"]["tags"]
                self.assertEqual(tags["com.android.version"], "13")
                self.assertEqual(tags["location"], probe(film)["format"]["tags"]["location"])

    def test_several_tracks(self):
        (self.folder / "chapters.txt").write_text(CHAPTERS)
        (self.folder / "a.srt").write_text(SUBTITLES)
        (self.folder / "font.ttf").write_bytes(b"no real font")
        film = self.film(
            "in.mkv", *source(noisy()), "-f", "lavfi", "-t", 1, "-i", SOUND, "-f", "lavfi", "-t", 1,
            "-i",
            "sine=frequency=880", "-i", self.folder / "a.srt", "-i", self.folder / "chapters.txt",
            "-map", 1,
            "-map", 0, "-map", 2, "-map", 3, "-map", 3, "-map_metadata", 4, "-map_chapters", 4,
            "-pix_fmt",
            "yuv420p", *X264, "-c:a:0", "libopus", "-c:a:1", "aac", "-c:s:0", "srt", "-c:s:1",
            "ass",
            "-metadata:s:a:0", "language=deu", "-metadata:s:a:1", "title=Comments",
            "-metadata:s:s:1",
            "language=eng", "-disposition:a:1", "comment", "-disposition:s:1", "forced", "-attach",
            self.folder / "font.ttf", "-metadata:s:t", "mimetype=application/x-truetype-font")
        self.assertEqual([stream["codec_type"] for stream in streams(film)],
                         ["audio", "video", "audio", "subtitle", "subtitle", "attachment"])
        out = self.folder / "out.mkv"
        self.assertNotIn("warning", self.call(*FAST, film, out))
        self.assert_like_before(film, out)
        old, new = probe(film), probe(out)
        self.assertEqual(old["format"]["tags"]["title"], new["format"]["tags"]["title"])
        self.assertEqual([(c["start_time"], c["end_time"],
                           c["tags"]["title"]) for c in new["chapters"]],
                         [("0.000000", "0.400000", "First"), ("0.400000", "1.000000", "Second")])

    def test_subtitles_of_another_kind(self):
        (self.folder / "a.srt").write_text(SUBTITLES)
        film = self.film("in.mkv", *source(noisy()), "-i", self.folder / "a.srt", "-pix_fmt",
                         "yuv420p", *X264, "-metadata:s:s", "language=eng")
        last = film
        for name, codec in (("out.mp4", "mov_text"), ("out.mkv", "subrip"),
                            ("out.mov", "mov_text")):
            with self.subTest(name):
                out = self.denoised(last, name)
                self.assertEqual(streams(out, "subtitle")[0]["codec_name"], codec)
                self.assertEqual(streams(out, "subtitle")[0]["tags"]["language"], "eng")
                text = ffmpeg("-i", out, "-map", "0:s", "-f", "srt", "-").decode()
                self.assertEqual(text.strip(), SUBTITLES.strip())
                last = out

    def test_what_the_container_does_not_take_is_named(self):
        (self.folder / "a.srt").write_text(SUBTITLES)
        film = self.film("in.mkv", *source(noisy(), 0.2), "-i", self.folder / "a.srt", "-f",
                         "lavfi", "-t", 0.2,
                         "-i", SOUND, "-map", 0, "-map", 1, "-map", 2, "-pix_fmt", "yuv420p", *X264,
                         "-c:a", "aac")
        out = self.folder / "out.webm"
        said = self.call("--video-codec", "vp9", film, out)
        self.assertIn("audio stream 2 (aac) is left out", said)
        self.assertEqual([stream["codec_name"] for stream in streams(out)], ["vp9", "webvtt"])

    def test_no_audio(self):
        film = self.noisy_film("in.mp4")
        self.assertEqual(len(streams(film)), 1)
        for name in ("out.mkv", "out.mp4", "out.mov"):
            with self.subTest(name):
                self.assert_like_before(film, self.denoised(film, name))

    def test_damaged_in_the_middle(self):
        film = self.film("in.ts", *source(noisy(), 2), "-f", "lavfi", "-t", 2, "-i", SOUND,
                         "-pix_fmt", "yuv420p", *X264, "-g", 10, "-c:a", "aac")
        data = bytearray(film.read_bytes())
        middle = len(data) // 2
        data[middle:middle + 3000] = bytes((7 * i) % 251 for i in range(3000))
        film.write_bytes(data)
        out = self.folder / "out.mkv"
        said = self.call(*FAST, film, out)
        self.assertRegex(said, r"warning: \d+ frames? (was|were) damaged")
        self.assertEqual([stream["codec_type"] for stream in streams(out)], ["video", "audio"])
        self.assertGreater(len(times(out)), 40)
        self.assertAlmostEqual(times(out)[-1] - times(out)[0], 49 / 25, delta=0.09)

    def test_damaged_h265(self):
        """FFmpeg's decoder marks no frame of this codec."""
        film = self.film("whole.mkv", *source(noisy("testsrc2=size=320x180:rate=25"), 2),
                         "-pix_fmt", "yuv420p", *X265)
        self.assertNotIn("damaged", self.call(*FAST, film, self.folder / "good.mkv"))
        damaged = self.film("damaged.mkv", "-i", film, "-c", "copy", "-bsf:v", "noise=amount=1000")
        self.assertRegex(self.call(*FAST, damaged, self.folder / "out.mkv"),
                         r"warning: \d+ frames? (was|were) damaged")

    def test_clock_of_a_broadcast_begins_anew(self):
        part = self.film("part.ts", *source(noisy()), "-f", "lavfi", "-t", 1, "-i", SOUND, "-pix_fmt", "yuv420p", *X264,
                         "-c:a", "mp2")
        for name, parts in (("in.ts", 3), ("once.ts", 1)):
            (self.folder / name).write_bytes(part.read_bytes() * parts)
        out = self.denoised(self.folder / "in.ts")
        at = times(out)
        self.assertEqual(len(at), 75)
        for first, second in zip(at, at[1:]):
            self.assertAlmostEqual(second - first, 0.04, delta=0.06)
        self.assertAlmostEqual(at[-1] - at[0], 2.96, delta=0.2)
        sound = packet_times(out, 1)
        self.assertAlmostEqual(sound[-1], at[-1], delta=0.3)
        self.assertAlmostEqual(times(self.denoised(self.folder / "once.ts", "once.mkv"))[-1], 0.96, delta=0.02)

    def test_cut_off(self):
        film = self.noisy_film("whole.mkv", 2)
        cut = self.folder / "cut.mkv"
        cut.write_bytes(film.read_bytes()[:film.stat().st_size // 2])
        out = self.folder / "out.mkv"
        self.assertIn("parts of the file cannot be read", self.call(*FAST, cut, out))
        self.assertGreater(len(times(out)), 15)
        frames = self.film("whole.y4m", *source(noisy(), 6), "-pix_fmt", "yuv420p")
        for lost, warns in ((3000, True), (0, False)):
            piped = frames.read_bytes()[:frames.stat().st_size - lost]
            done = subprocess.run([COMMAND, *FAST, "-y", "-", out], input=piped, capture_output=True, check=False)
            self.assertEqual((done.returncode, b"cannot be read" in done.stderr), (0, warns), done.stderr)
            self.assertEqual(len(times(out)), 149 if warns else 150)

    def test_one_frame(self):
        film = self.film("in.mkv", *source(noisy()), "-frames:v", 1, "-pix_fmt", "yuv420p", *X264)
        for name in ("out.mkv", "out.mp4"):
            with self.subTest(name):
                out = self.denoised(film, name)
                self.assert_like_before(film, out)
                self.assertEqual(len(times(out)), 1)

    def test_cover_picture_and_time_code(self):
        cover = self.film("cover.png", *source("color=red:size=32x32"), "-frames:v", 1)
        film = self.film("in.mp4", *source(noisy()), "-i", cover, "-map", 0, "-map", 1,
                         "-pix_fmt:v:0", "yuv420p",
                         "-c:v:0", "libx264", "-c:v:1", "copy", "-disposition:v:1", "attached_pic",
                         "-timecode", "01:02:03:04")
        self.assertIn("01:02:03:04", str(probe(film)))
        for name in ("out.mp4", "out.mkv"):
            with self.subTest(name):
                out = self.denoised(film, name)
                covers = [(s["codec_name"], s["width"]) for s in streams(out)
                          if s["disposition"]["attached_pic"]]
                self.assertEqual(covers, [("png", 32)])
                self.assertIn("01:02:03:04", str(probe(out)))
                film = out


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], f"Kept.test_{sys.argv[1]}", *sys.argv[2:]])
