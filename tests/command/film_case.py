# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes films with ffmpeg, denoises them with the command, and asks ffprobe what they hold.

The environment has DENOISEAE, the path of the command.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

COMMAND = os.environ["DENOISEAE"]
if shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None:
    raise unittest.SkipTest("ffmpeg is not in the search path")

PICTURE = "testsrc2=size=96x64:rate=25"
SOUND = "sine=frequency=440:sample_rate=48000"
# The encoders of the films and of the command take their quickest ways.
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "12")
FAST = ("--codec-option", "preset=ultrafast")
LOSSLESS = ("--video-codec", "ffv1")
VERSION = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout
NEW = int(re.match(r"ffmpeg version \D*(\d+)", VERSION).group(1)) >= 6
# Older versions take the order of fields from an option, newer ones from the frames.
TOP_FIRST = ("-field_order", "tt") if NEW else ("-top", 1, "-field_order", "tt")
COLORS = ("color_range", "color_space", "color_transfer", "color_primaries", "chroma_location")


def ffmpeg(*words, **options):
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y",
                           *(str(word) for word in words)],
                          capture_output=True, check=False, **options)
    if done.returncode != 0:
        raise AssertionError(f"ffmpeg {words}: {done.stderr.decode()}")
    return done.stdout


def source(picture=PICTURE, seconds=1.0):
    """Options of ffmpeg for a synthetic picture."""
    return ("-f", "lavfi", "-t", seconds, "-i", picture)


def noisy(picture=PICTURE, strength=25):
    return f"{picture},noise=alls={strength}:allf=t"


def probe(path):
    done = subprocess.run(["ffprobe", "-v", "error", "-print_format", "json", "-show_streams",
                           "-show_format", "-show_chapters", path],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def frame_entries(path, entries):
    """The values of these entries for each frame of the video, as ffprobe prints them."""
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v:0", "-print_format",
                           "json", "-show_entries", f"frame={entries}", path],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)["frames"]


def times(path):
    """The times of the frames in seconds."""
    return [float(frame["best_effort_timestamp_time"])
            for frame in frame_entries(path, "best_effort_timestamp_time")]


def packet_times(path, stream):
    """The times of the packets of a stream in seconds."""
    done = subprocess.run(["ffprobe", "-v", "error", "-select_streams", str(stream),
                           "-print_format", "json", "-show_entries", "packet=pts_time", path],
                          capture_output=True, text=True, check=True)
    return [float(packet["pts_time"]) for packet in json.loads(done.stdout)["packets"]]


def streams(path, kind=None):
    return [stream for stream in probe(path)["streams"] if kind in (None, stream["codec_type"])]


def video(path):
    return streams(path, "video")[0]


def packets_hash(path, stream):
    """A hash of the packets of a stream, as they stand in the file."""
    return ffmpeg("-i", path, "-map", f"0:{stream}", "-c", "copy", "-f", "md5", "-")


def frames_hash(path):
    """A line with a hash for each frame of the video."""
    lines = ffmpeg("-i", path, "-map", "0:v:0", "-f", "framemd5", "-").decode().splitlines()
    return [line.split(",")[-1].strip() for line in lines if not line.startswith("#")]


def psnr(path, reference):
    """The luma PSNR of a film against another of as many frames, in dB."""
    text = subprocess.run(["ffmpeg", "-nostdin", "-i", path, "-i", reference, "-lavfi",
                           "[0:v]setpts=N[a];[1:v]setpts=N[b];[a][b]psnr", "-f", "null", "-"],
                          capture_output=True, text=True, check=True).stderr
    return float(re.search(r"PSNR y:(\S+)", text).group(1))


class FilmCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def call(self, *words, status=0, **options):
        """Runs the command, and returns what it prints on standard error."""
        done = subprocess.run([COMMAND, *(str(word) for word in words)], capture_output=True,
                              text=True, check=False, timeout=150, **options)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stderr

    def film(self, name, *words):
        path = self.folder / name
        ffmpeg(*words, path)
        return path

    def noisy_film(self, name="in.mkv", seconds=1.0, *words):
        return self.film(name, *source(noisy(), seconds), "-pix_fmt", "yuv420p", *X264, *words)

    def rotated_film(self, film, *words):
        """The same film as from a phone that was held upright."""
        if NEW:
            return self.film("in.mp4", "-display_rotation", -90, "-i", film, "-c", "copy", *words)
        return self.film("in.mp4", "-i", film, "-c", "copy", "-metadata:s:v", "rotate=90", *words)

    def denoised(self, path, name="out.mkv", *options):
        out = self.folder / name
        self.call(*FAST, *options, path, out)
        return out

    def assert_only(self, *names):
        """Asserts that the folder holds these files and no other."""
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), sorted(names))

    def dispositions(self, stream, path):
        """Files of MP4 and MOV say of one track of each kind that it is the default one."""
        found = dict(stream["disposition"])
        if path.suffix in (".mp4", ".mov"):
            del found["default"]
        return found

    def tags(self, stream):
        tags = stream.get("tags", {})
        return (tags.get("language", "und"), tags.get("title"))

    def assert_like_before(self, before, after, keys=()):
        """Asserts that streams, times, sizes, colours and tags are as before."""
        old, new = probe(before), probe(after)
        self.assertEqual([stream["codec_type"] for stream in old["streams"]],
                         [stream["codec_type"] for stream in new["streams"]])
        for a, b in zip(old["streams"], new["streams"]):
            self.assertEqual(self.dispositions(a, after), self.dispositions(b, after))
            self.assertEqual(self.tags(a), self.tags(b))
            if a["codec_type"] == "video":
                for key in ("width", "height", "pix_fmt", "sample_aspect_ratio", *COLORS, *keys):
                    # Decoders name a place of chroma where a film names none.
                    if key != "chroma_location" or key in a:
                        # Limited range is what a film has that does not say.
                        default = "tv" if key == "color_range" else None
                        # Matroska also says how the fields are stored, which MP4 does not.
                        end = 1 if key == "field_order" else None
                        self.assertEqual(str(a.get(key, default))[:end], str(b.get(key, default))[:end], key)
            else:
                self.assertEqual(a["codec_name"], b["codec_name"])
                self.assertEqual(packets_hash(before, a["index"]), packets_hash(after, b["index"]))
        self.assertAlmostEqual(float(old["format"]["duration"]), float(new["format"]["duration"]),
                               delta=0.05)
        shift = self.shift(before, after)
        self.assert_times(times(before), times(after), shift)
        for a, b in zip(old["streams"], new["streams"]):
            if a["codec_type"] == "audio":
                self.assert_times(packet_times(before, a["index"]), packet_times(after, b["index"]),
                                  shift)

    def shift(self, before, after):
        """Matroska has no negative times, which sound has that begins with a packet to drop: all
        streams are later by the same time then."""
        first = [packet_times(before, stream["index"])[:1] for stream in streams(before, "audio")]
        least = min([0.0, *sum(first, [])])
        return -least if after.suffix == ".mkv" and before.suffix != ".mkv" else 0

    def assert_times(self, old, new, shift):
        self.assertEqual(len(old), len(new))
        for a, b in zip(old, new):
            self.assertAlmostEqual(a + shift, b, delta=0.0016)
