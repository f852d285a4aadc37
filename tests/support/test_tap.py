# SPDX-License-Identifier: LGPL-2.1-or-later
"""tap.py reports what unittest finds, and summary.py what such reports have left out."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

import summary

PLANTED = """
import sys
import unittest

if "nothing" in sys.argv:
    raise unittest.SkipTest("no module named nothing")

class Planted(unittest.TestCase):
    def test_1_passes(self):
        print("ok 9 - printed by a test")

    def test_2_fails(self):
        self.assertEqual(1, 2, "one is not two")

    def test_3_breaks(self):
        raise OSError("broken")

    def test_4_is_skipped(self):
        self.skipTest("not here")

    def test_5_fails_in_parts(self):
        for part in (1, 2, 3):
            with self.subTest(part=part):
                self.assertEqual(part, 2)

    @unittest.skip("never")
    def test_6_is_never_run(self):
        pass

unittest.main(argv=sys.argv[:1])
"""

RESULTS = """\
ok 1 - Planted.test_1_passes
not ok 2 - Planted.test_2_fails
not ok 3 - Planted.test_3_breaks
ok 4 - Planted.test_4_is_skipped # SKIP not here
not ok 5 - Planted.test_5_fails_in_parts (part=1)
not ok 6 - Planted.test_5_fails_in_parts (part=3)
ok 7 - Planted.test_6_is_never_run # SKIP never
1..7
"""


class Report(unittest.TestCase):
    def run_planted(self, *options):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "planted.py"
            file.write_text(PLANTED, encoding="ascii")
            script = pathlib.Path(__file__).parent / "tap.py"
            return subprocess.run([sys.executable, script, file, *options], capture_output=True,
                                  text=True, check=False)

    def test_has_a_line_for_each_test(self):
        done = self.run_planted()
        self.assertEqual(done.stdout, RESULTS)
        self.assertEqual(done.returncode, 1)
        for cause in ("one is not two", "broken", "printed by a test"):
            self.assertIn(cause, done.stderr)

    def test_says_why_a_file_is_skipped(self):
        done = self.run_planted("nothing")
        self.assertEqual(done.stdout, "1..0 # SKIP no module named nothing\n")
        self.assertEqual(done.returncode, 0)


class Summary(unittest.TestCase):
    def check(self, name, result, output, *lines):
        with self.subTest(name):
            self.assertEqual(summary.summary([{"name": name, "result": result, "stdout": output}]),
                             list(lines))

    def test_counts_tests_and_names_those_left_out(self):
        self.check("all pass", "OK", "ok 1 - a\nok 2 - b\n1..2\n", "2 passed, 0 failed, 0 skipped")
        self.check("denoiseae:lib / int8", "OK", "ok 1 - a # SKIP no VNNI\nok 2 - b: avx512 # SKIP too old\n"
                   "ok 3 - b\n1..3\n", "skipped: int8 / a: no VNNI",
                   "skipped: int8 / b: avx512: too old", "1 passed, 0 failed, 2 skipped")
        self.check("planted", "ERROR", RESULTS,
                   "skipped: planted / Planted.test_4_is_skipped: not here",
                   "skipped: planted / Planted.test_6_is_never_run: never",
                   "1 passed, 4 failed, 2 skipped")
        self.check("whole", "SKIP", "1..0 # SKIP no gi\n", "skipped: whole: no gi",
                   "0 passed, 0 failed, 1 skipped")

    def test_counts_programs_that_report_nothing(self):
        self.check("good", "OK", "100%: Checks: 4\n", "1 passed, 0 failed, 0 skipped")
        self.check("bad", "FAIL", "", "0 passed, 1 failed, 0 skipped")
        self.check("silent", "SKIP", "", "skipped: silent: no reason given",
                   "0 passed, 0 failed, 1 skipped")

    def test_counts_the_end_of_a_program_that_is_no_test(self):
        self.check("slow", "TIMEOUT", "ok 1 - a\n", "1 passed, 1 failed, 0 skipped")
        self.check("crash", "ERROR", "ok 1 - a\nnot ok 2 - b\n1..2\n",
                   "1 passed, 1 failed, 0 skipped")

    def test_adds_programs_up(self):
        tests = [{"name": "a", "result": "OK", "stdout": "ok 1 - x\n1..1\n"},
                 {"name": "b", "result": "OK", "stdout": ""},
                 {"name": "c", "result": "TIMEOUT", "stdout": ""}]
        self.assertEqual(summary.summary(tests), ["2 passed, 1 failed, 0 skipped"])


if __name__ == "__main__":
    unittest.main()
