# SPDX-License-Identifier: LGPL-2.1-or-later
"""A film that is cut, denoised in parts and joined is what a single run makes of it.

Usage: test_cluster.py [unittest options], in the environment of the tree, with DENOISEAE_EXAMPLES (the sources).
"""

import json
import os
import shutil
import subprocess
import sys
import unittest

from cluster_film import (CLUSTER, FRAMES, HEIGHT, NOISE, RATE, SCENES, WIDTH, ClusterTest, errors, ffmpeg, frames_of,
                          make_film, probe, run)

# Says on which machine it is called, and runs the command on this one.
SSH = """#!/bin/bash
while [[ $1 == -* ]]; do shift; done
echo "$1" >>"$0.log"
shift
[[ $1 != -- ]] || shift
# The server of ssh sets this one; without it, parallel runs nothing and reports success.
SHELL=/bin/bash exec bash -c "$*"
"""


class Parts(ClusterTest):
    def test_begin_at_cuts_and_make_the_single_run(self):
        self.assertEqual(self.cluster("split", self.film, self.parts, "--frames", 40, "--run-in", 8), b"3\n")
        plan = json.loads((self.parts / "plan.json").read_text())
        self.assertEqual([part["frames"] for part in plan["parts"]], list(SCENES))
        self.assertEqual([part["run_in"] for part in plan["parts"]], [0, 8, 8])
        for number in (2, 1, 3):
            self.cluster("part", self.parts, number)
        out = self.folder / "out.mkv"
        self.cluster("join", self.parts, out)
        self.check_film(out)
        found = probe(out, "-show_format", "-show_chapters", "-show_streams")
        self.assertEqual(found["format"]["tags"]["title"], "Three scenes")
        self.assertEqual([chapter["tags"]["title"] for chapter in found["chapters"]], ["One", "Two"])
        self.assertEqual([stream["codec_name"] for stream in found["streams"]], ["ffv1", "aac"])
        self.assertEqual(found["streams"][0]["r_frame_rate"], RATE)

    def test_inside_scenes_are_as_clean(self):
        count = int(self.cluster("split", self.film, self.parts, "--frames", 16, "--run-in", 12, "--inside-scenes"))
        self.assertGreater(count, 5)
        for number in range(count):
            self.cluster("part", self.parts, number + 1)
        self.cluster("join", self.parts, self.folder / "out.mkv")
        make_film(self.folder / "clean.mkv", "", "-c:v", "ffv1")
        clean = frames_of(self.folder / "clean.mkv")
        once, parts = errors(self.single, clean), errors(frames_of(self.folder / "out.mkv"), clean)
        self.assertEqual(len(parts), FRAMES)
        # A frame without a past has much more noise, so that this fails when parts lack a run-in.
        self.assertLess((parts / once).max(), 1.4)

    def test_keep_ten_bits_colours_and_the_delay_of_the_sound(self):
        film, out = self.folder / "film.mkv", self.folder / "out.mkv"
        said = ",setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc"
        picture = f"testsrc2=s={WIDTH}x{HEIGHT}:r=25:d=1{NOISE}{said}"
        ffmpeg("-itsoffset", "0.5", "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=d=2", "-c:v", "libx264", "-pix_fmt", "yuv422p10le", "-color_primaries", "bt2020",
               "-color_trc", "smpte2084", "-colorspace", "bt2020nc", "-color_range", "tv", "-c:a", "flac", film)
        single = self.denoise_at_once(film, self.folder / "single.mkv")
        self.cluster("split", film, self.parts)
        self.cluster("part", self.parts, 1)
        self.cluster("join", self.parts, out)
        self.assertEqual(errors(frames_of(out), single).max(), 0)
        keys = ("pix_fmt", "color_primaries", "color_transfer", "color_space", "color_range")
        before, after = (probe(path, "-select_streams", "v", "-show_streams")["streams"][0] for path in (film, out))
        self.assertEqual([after[key] for key in keys],
                         ["yuv422p10le", "bt2020", "smpte2084", "bt2020nc", "tv"])
        self.assertGreater(float(before["start_time"]), 0.4)
        self.assertAlmostEqual(float(after["start_time"]), float(before["start_time"]), delta=0.002)

    def test_that_are_there_are_not_made_again(self):
        self.cluster("split", self.film, self.parts, "--frames", 40)
        (self.parts / "part-0001.mkv").write_text("kept")
        self.cluster("part", self.parts, 1)
        self.assertEqual((self.parts / "part-0001.mkv").read_text(), "kept")
        self.cluster("split", self.film, self.parts, "--frames", 40)
        self.cluster_fails("has parts of another plan", "split", self.film, self.parts, "--frames", 1000)

    def test_that_fail_leave_no_file(self):
        # This one loses frames, and the next one fails.
        self.cluster("split", self.film, self.parts, "--frames", 40, "--denoiser",
                     "ffmpeg -v error -i - -vf 'select=mod(n\\,2)' -fps_mode passthrough -f yuv4mpegpipe -")
        self.cluster_fails("part 1 has ", "part", self.parts, 1)
        self.cluster("split", self.film, self.parts, "--frames", 40, "--denoiser", "false")
        self.cluster_fails("false (status 1)", "part", self.parts, 2)
        self.assertEqual(list(self.parts.glob("part-*")), [])
        self.cluster_fails("these parts are missing: 1, 2, 3", "join", self.parts, self.folder / "out.mkv")
        self.cluster_fails("expected a part from 1 to 3, found 4", "part", self.parts, 4)


class Films(ClusterTest):
    def test_that_cannot_be_cut_are_refused(self):
        source = ("-f", "lavfi", "-i", f"testsrc2=s={WIDTH}x{HEIGHT}:r=25:d=1")
        films = {
            "variable frame rate": ("-vf", "select='not(between(n,5,8))'", "-fps_mode", "passthrough", "-c:v", "ffv1"),
            "interlaced": ("-vf", "setfield=tff", "-flags", "+ilme+ildct", "-c:v", "mpeg2video"),
        }
        for message, options in films.items():
            with self.subTest(message):
                film = self.folder / "film.mkv"
                ffmpeg(*source, *options, film)
                self.cluster_fails(message, "split", film, self.parts)
        ffmpeg("-f", "lavfi", "-i", "sine=d=1", self.folder / "sound.mka")
        self.cluster_fails("has no video", "split", self.folder / "sound.mka", self.parts)
        self.cluster_fails("No such file", "split", self.folder / "nonesuch.mkv", self.parts)
        self.cluster_fails("run split first", "part", self.parts, 1)
        self.cluster_fails("ends in .mkv", "join", self.parts, "out.mp4")

    def test_in_y4m_have_to_be_whole(self):
        y4m = ffmpeg("-f", "lavfi", "-i", f"testsrc2=s={WIDTH}x{HEIGHT}:r=25:d=0.1", "-pix_fmt", "yuv420p", "-f",
                     "yuv4mpegpipe", "-")
        for data, message in ((b"no film", b"is no y4m"), (y4m[:-1], b"in the middle of a frame"),
                              (y4m.replace(b" Ip", b" It"), b"interlaced"),
                              (y4m.replace(b" C420jpeg", b" C411"), b"expected one of the layouts")):
            with self.subTest(message):
                done = subprocess.run([sys.executable, CLUSTER / "denoise_y4m.py"], input=data, capture_output=True,
                                      check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn(message, done.stderr)


class Machines(ClusterTest):
    def environment(self, **more):
        return {**os.environ, "PYTHON": sys.executable, **more}

    def test_of_a_slurm_array_have_their_number(self):
        """Runs the script of the array as Slurm does, without Slurm."""
        self.cluster("split", self.film, self.parts, "--frames", 40)
        for number in "123":
            run(CLUSTER / "slurm_part.sbatch", CLUSTER, self.parts, env=self.environment(SLURM_ARRAY_TASK_ID=number))
        self.cluster("join", self.parts, self.folder / "out.mkv")
        self.check_film(self.folder / "out.mkv")

    def test_of_parallel_make_the_single_run(self):
        if shutil.which("parallel") is None:
            self.skipTest("parallel is not in the search path")
        out = self.folder / "out.mkv"
        run(CLUSTER / "parallel.sh", self.film, out, "--frames", 40, env=self.environment())
        self.check_film(out)

    def test_of_parallel_are_reached_by_ssh(self):
        if shutil.which("parallel") is None:
            self.skipTest("parallel is not in the search path")
        ssh, out = self.shared / "ssh", self.folder / "out.mkv"
        ssh.write_text(SSH)
        ssh.chmod(0o755)
        run(CLUSTER / "parallel.sh", self.film, out, "--frames", 40,
            env=self.environment(PARALLEL_SSH=str(ssh), HOSTS="1/anna,1/berta"))
        self.check_film(out)
        self.assertEqual(set(ssh.with_suffix(".log").read_text().split()), {"anna", "berta"})

    def test_that_lack_arguments_say_so(self):
        for name in ("slurm.sh", "parallel.sh"):
            done = subprocess.run([CLUSTER / name, self.film], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("takes a film and the file to write", done.stderr)
            self.assertIn(f"{name} FILM OUT.mkv", run(CLUSTER / name, "--help").decode())


if __name__ == "__main__":
    unittest.main()
