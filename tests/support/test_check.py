# SPDX-License-Identifier: LGPL-2.1-or-later
"""run_suite reports each way in which a test can end, and none but success as passed.

Usage: test_check.py, with DENOISEAE_PLANTED_TESTS (the program of planted_tests.cpp).
"""

import os
import re
import subprocess
import unittest

PLANTED = os.environ["DENOISEAE_PLANTED_TESTS"]

RESULTS = """\
ok 1 - passes
not ok 2 - fails
not ok 3 - crashes
not ok 4 - hangs
not ok 5 - exits
not ok 6 - throws
ok 7 - is_skipped # SKIP nothing like that here
ok 8 - leaves_parts_out: fast # SKIP too old
ok 9 - leaves_parts_out: faster # SKIP too old as well
ok 10 - leaves_parts_out
ok 11 - fails_without_a_part: fast # SKIP too old
not ok 12 - fails_without_a_part
ok 13 - is_skipped_without_a_part: fast # SKIP too old
ok 14 - is_skipped_without_a_part # SKIP the others, too
1..14
"""


def run(case=None, fork="yes", lack=None):
    environment = {**os.environ, "CK_FORK": fork}
    if lack:
        environment["DENOISEAE_PLANTED_LACK"] = lack
    if case:
        environment["CK_RUN_CASE"] = case
    return subprocess.run([PLANTED], env=environment, capture_output=True, text=True, check=False)


class Report(unittest.TestCase):
    def test_has_a_line_for_each_test_and_each_part_left_out(self):
        done = run()
        self.assertEqual(done.stdout, RESULTS)
        self.assertEqual(done.returncode, 1)

    def test_names_place_and_cause_of_failures(self):
        errors = run().stderr
        for test, cause in (("fails", "6 * 7 == 42, 54 == 54"), ("crashes", "Segmentation fault"),
                            ("hangs", "timeout"), ("exits", "return value 3"),
                            ("throws", "Aborted"), ("fails_without_a_part", "without")):
            with self.subTest(test):
                self.assertRegex(errors, rf"# \S*planted_tests\.cpp:\d+: {test}: .*{re.escape(cause)}")
        self.assertIn("thrown by a test", errors)
        self.assertIn("printed by a test", errors)

    def test_one_test_runs_alone(self):
        self.assertEqual(run("passes").stdout, "ok 1 - passes\n1..1\n")
        self.assertEqual(run("passes").returncode, 0)

    def test_all_tests_are_skipped_for_one_reason(self):
        done = run(lack="no such CPU")
        self.assertEqual(done.stdout, "ok 1 - fails # SKIP no such CPU\n"
                                      "ok 2 - crashes # SKIP no such CPU\n1..2\n")
        self.assertEqual(done.returncode, 0)

    def test_a_debugger_needs_no_fork(self):
        self.assertEqual(run("is_skipped", "no").stdout,
                         "ok 1 - is_skipped # SKIP nothing like that here\n1..1\n")
        self.assertEqual(run("fails", "no").stdout, "not ok 1 - fails\n1..1\n")
        self.assertEqual(run("fails", "no").returncode, 1)


if __name__ == "__main__":
    unittest.main()
