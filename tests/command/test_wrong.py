# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes wrong is told, and leaves no half file.

Usage: test_wrong.py TEST [unittest options], in the environment of film_case.py.
"""

import os
import pathlib
import resource
import signal
import subprocess
import sys
import time
import unittest

from film_case import (COMMAND, FAST, LOSSLESS, SOUND, X264, FilmCase, noisy, source, times)


class Wrong(FilmCase):
    def test_interrupted_while_a_pipe_waits(self):
        film = self.noisy_film("in.mkv", 4)
        with self.start("-", self.folder / "out.mkv", stdin=subprocess.PIPE,
                        feed=film.read_bytes()[:-5000]) as command:
            time.sleep(1)
            command.send_signal(signal.SIGINT)
            self.assertEqual(command.wait(timeout=20), 128 + signal.SIGINT)
            command.stdin.close()
        self.assert_only("in.mkv")

    def test_pipe_that_closes_is_an_error(self):
        film = self.noisy_film("in.mkv", 20)
        with subprocess.Popen([COMMAND, film, "-"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as command:
            command.stdout.read(1000)
            command.stdout.close()
            self.assertIn(b"cannot write standard output", command.stderr.read())
        self.assertEqual(command.returncode, 1)

    def test_goes_on_after_a_film_that_fails(self):
        good = self.noisy_film("good.mkv", 0.2)
        bad = self.folder / "bad.mkv"
        bad.write_text("no film")
        out = self.folder / "new"
        said = self.call(*FAST, "--jobs", 1, bad, good, f"{out}/", status=1)
        self.assertIn("bad.mkv: error: expected a film", said)
        self.assertEqual([path.name for path in out.iterdir()], ["good.mkv"])

    def test_damaged_film_in_a_folder_is_an_error(self):
        films = self.folder / "films"
        films.mkdir()
        self.noisy_film("films/good.mkv", 0.2)
        (films / "bad.mp4").write_bytes(self.film("cut.mp4", *source(noisy(), 0.4), "-pix_fmt", "yuv420p",
                                                  *X264).read_bytes()[:3000])
        said = self.call(*FAST, "--jobs", 1, films, f"{self.folder}/new/", status=1)
        self.assertIn("bad.mp4: error: expected a film", said)
        self.assertEqual([path.name for path in (self.folder / "new").iterdir()], ["good.mkv"])

    def test_reasons_are_those_of_the_film(self):
        damaged = self.noisy_film("a.mkv", 2)
        data = bytearray(damaged.read_bytes())
        for at in range(len(data) // 3, len(data) * 2 // 3, 97):
            data[at] ^= 0x55
        damaged.write_bytes(data)
        said = self.call(*FAST, "--jobs", 1, damaged, self.folder / "absent.mkv", f"{self.folder}/new/", status=1)
        self.assertRegex(said, r"cannot read \S*absent.mkv: No such file or directory\n")

    def test_other_files_of_the_name_are_kept(self):
        film = self.noisy_film("in.mkv", 0.2)
        part = self.folder / "out.mkv.part"
        part.write_text("mine")
        self.call(*FAST, film, self.folder / "out.mkv")
        self.assertEqual(part.read_text(), "mine")
        self.assertEqual(len(times(self.folder / "out.mkv")), 5)
        film.rename(self.folder / "new.mkv.part")
        self.call(*FAST, self.folder / "new.mkv.part", self.folder / "new.mkv")
        self.assertEqual(len(times(self.folder / "new.mkv.part")), 5)
        self.assert_only("new.mkv", "new.mkv.part", "out.mkv", "out.mkv.part")

    def test_part_without_frames_is_no_film(self):
        film = self.noisy_film("in.mkv", 1)
        for words in (("--from", 0.97), ("--from", 0.55, "--to", 0.555)):
            self.assertIn("no frame between", self.call(*FAST, *words, film, self.folder / "out.mkv", status=1))
        self.assert_only("in.mkv")

    def test_messages_stay_out_of_films(self):
        film = self.noisy_film("in.mkv", 0.2)

        def close():
            os.close(1)
            os.close(2)

        done = subprocess.run([COMMAND, *FAST, "--model", "paper-mnist", film, self.folder / "out.mkv"], preexec_fn=close,
                              check=False)
        self.assertEqual(done.returncode, 0)
        self.assertNotIn(b"for study", (self.folder / "out.mkv").read_bytes())
        self.assertEqual(len(times(self.folder / "out.mkv")), 5)

    def test_models_for_study_are_told(self):
        film = self.noisy_film("in.mkv", 0.2)
        self.assertIn("for study", self.call(*FAST, "--model", "paper-mnist", film, self.folder / "out.mkv"))

    def start(self, film, out, feed=b"", **options):
        """Starts the command, and waits until it writes."""
        command = subprocess.Popen([COMMAND, film, out], stderr=subprocess.PIPE, **options)
        if feed:
            command.stdin.write(feed)
            command.stdin.flush()
        part = pathlib.Path(f"{out}.part")
        for _ in range(600):
            if part.exists():
                return command
            time.sleep(0.05)
        command.kill()
        raise AssertionError("nothing is written")

    def test_interrupted_leaves_nothing(self):
        film = self.film("in.mkv", *source(noisy("testsrc2=size=640x360:rate=25"), 30), "-pix_fmt",
                         "yuv420p", *X264)
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                with self.start(film, self.folder / "out.mkv") as command:
                    command.send_signal(number)
                    said = command.stderr.read()
                self.assertEqual(command.returncode, 128 + number)
                self.assertIn(b"interrupted", said)
                self.assert_only("in.mkv")

    def test_full_disk_leaves_nothing(self):
        film = self.noisy_film("in.mkv", 2)

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (30000, 30000))

        said = self.call(*LOSSLESS, film, self.folder / "out.mkv", status=1, preexec_fn=limit)
        self.assertIn("cannot write", said)
        self.assertIn("out.mkv", said)
        self.assert_only("in.mkv")

    def test_files_are_not_overwritten(self):
        film = self.noisy_film("in.mkv", 0.2)
        before = film.read_bytes()
        link = self.folder / "link.mkv"
        link.symlink_to(film)
        for out in (film, link):
            self.assertIn("must be two files", self.call("--force", film, out, status=1))
        other = self.folder / "other.mkv"
        other.write_text("mine")
        self.assertIn("exists already", self.call(film, other, status=1))
        self.assertEqual(other.read_text(), "mine")
        picture = self.folder / "look.png"
        picture.write_text("mine")
        self.assertIn("exists already", self.call("--preview", picture, film, status=1))
        self.assertEqual(picture.read_text(), "mine")
        self.call(*FAST, "-y", film, other)
        self.assertEqual(len(times(other)), 5)
        self.assertEqual(film.read_bytes(), before)
        self.assert_only("in.mkv", "link.mkv", "other.mkv", "look.png")

    def test_errors_say_what_is_wrong(self):
        film = self.noisy_film("in.mkv", 0.2)
        text = self.folder / "words.txt"
        text.write_text("no film\n")
        sound = self.film("sound.wav", "-f", "lavfi", "-t", 0.2, "-i", SOUND)
        out = self.folder / "out.mkv"
        for status, message, *words in (
            (1, "missing.mkv: No such file", self.folder / "missing.mkv", out),
            (1, "expected a film", text, out),
            (1, "only streams of other kinds", sound, out),
            (1, "OUT must end in .mkv, .mp4, .mov or .webm", film, self.folder / "out.avi"),
            (1, "there is no folder", film, self.folder / "no" / "out.mkv"),
            (1, "must be one of x264, x265, av1", "--video-codec", "divx", film, out),
            (1, "prores cannot stand in a file of the kind mp4", "--video-codec", "prores", film,
             self.folder / "out.mp4"),
            (1, "--crf must be 0 to 51", "--crf", 60, film, out),
            (1, "ffv1 has no --crf", "--crf", 20, *LOSSLESS, film, out),
            (1, 'has no option "nonsense"', "--codec-option", "nonsense=1", film, out),
            (1, "KEY=VALUE", "--codec-option", "nonsense", film, out),
            (1, 'no model named "nonsense"', "--model", "nonsense", film, out),
            (1, "must lie before the end", "--from", 9, film, out),
            (1, "must end in .png or .jpg", "--preview", self.folder / "look.gif", film),
            (1, "found none", self.folder / "z*.mkv", out),
            (1, "expected a folder as OUT", film, film, out),
            (2, "--to must lie after --from", "--from", 2, "--to", 1, film, out),
            (2, "expected a time", "--from", "soon", film, out),
            (2, "expected IN and OUT", film),
            (2, "an empty one", film, ""),
            (2, "an empty one", "--preview", "", film, out),
            (2, "--strength", "--strength", 3, film, out),
            (2, "--nonsense", "--nonsense", film, out),
        ):
            with self.subTest(message):
                self.assertIn(message, self.call(*words, status=status))
        self.assert_only("in.mkv", "words.txt", "sound.wav")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], f"Wrong.test_{sys.argv[1]}", *sys.argv[2:]])
