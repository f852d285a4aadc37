# SPDX-License-Identifier: LGPL-2.1-or-later
"""denoiseae-bench-checksum: that its cases are what their names say, and none depends on the threads."""

import re
import subprocess
import unittest

LINE = re.compile(r"(?P<frame>\S+ \S+ \S+ \S+ balanced) (?P<way>\S+) gaussian:20: "
                  r"in (?P<noisy>[0-9a-f]{16}) out (?P<clean>[0-9a-f]{16}) level \S+ history \S+")
FRAME = "I420 322x182 native float32 balanced"


def printed(threads):
    done = subprocess.run(["denoiseae-bench-checksum", "--quick", "--threads", str(threads)],
                          check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()


class Checksums(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lines = printed(2)
        matches = [LINE.fullmatch(line) for line in cls.lines]
        cls.found = {(match["frame"], match["way"]): match for match in matches if match}

    def test_do_not_depend_on_the_threads(self):
        self.assertGreater(len(self.lines), 50)
        self.assertEqual(self.lines, printed(1))

    def test_every_case_runs_in_float32(self):
        failed = [line for line in self.lines if " float32 " in line and not LINE.fullmatch(line)]
        self.assertEqual(failed, [])

    def test_every_case_is_denoised(self):
        alike = [key for key, match in self.found.items() if match["noisy"] == match["clean"]]
        self.assertEqual(alike, [])

    def test_memory_changes_nothing_and_settings_do(self):
        frames = {frame for frame, _ in self.found if " 322x182 " in frame}
        self.assertIn(FRAME, frames)
        for frame in frames:
            with self.subTest(frame=frame):
                clean = {way: self.found[frame, way]["clean"]
                         for found, way in self.found if found == frame}
                same = {way for way in clean if clean[way] == clean["blind"]}
                self.assertEqual(same, {"blind", "in-place", "strides"})
                self.assertEqual(set(clean) - same,
                                 {"told", "temporal=false", "strength", "interrupted"})

    def test_formats_have_frames_of_their_own(self):
        frames = {frame.split()[0]: match["noisy"] for (frame, way), match in self.found.items()
                  if way == "blind" and " 131x73 native float32 " in frame}
        # Alpha is filled as padding is, so that these pairs have the same bytes.
        for alpha in ("RGBA", "BGRA", "ARGB", "ABGR"):
            self.assertEqual(frames.pop(alpha), frames[alpha.replace("A", "x")])
        self.assertGreater(len(frames), 15)
        self.assertEqual(len(frames), len(set(frames.values())))


if __name__ == "__main__":
    unittest.main()
