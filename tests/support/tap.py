# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a file of unittest and reports by the Test Anything Protocol, which Meson reads.

Usage: tap.py FILE [options of the file]. Skipped tests are reported with their reasons; a file that
raises unittest.SkipTest while it is loaded is skipped as a whole.
"""

import functools
import os
import runpy
import sys
import traceback
import unittest


class Result(unittest.TestResult):
    """Prints a line for each test, and the failures on stderr."""

    def __init__(self, out):
        super().__init__()
        self.out = out
        self.count = 0

    def report(self, passed, test, reason=""):
        self.count += 1
        name = test.id().removeprefix("__main__.").replace("#", "")
        skip = f" # SKIP {reason}" if reason else ""
        print(f"{'ok' if passed else 'not ok'} {self.count} - {name}{skip}".replace("\n", " "),
              file=self.out, flush=True)

    def report_failure(self, test, error):
        self.report(False, test)
        print(f"# {test}\n{''.join(traceback.format_exception(*error))}", file=sys.stderr)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.report(True, test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.report(True, test, reason)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.report_failure(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.report_failure(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.report_failure(subtest, err)


class Runner:
    def __init__(self, out):
        self.out = out

    def run(self, tests):
        result = Result(self.out)
        tests(result)
        print(f"1..{result.count}", file=self.out, flush=True)
        return result


def main(path, *options):
    # Nothing that the tests and their programs print may come between the lines.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    unittest.main = functools.partial(unittest.main, testRunner=Runner(out))
    sys.argv = [path, *options]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    try:
        runpy.run_path(path, run_name="__main__")
    except unittest.SkipTest as skip:
        print(f"1..0 # SKIP {skip}", file=out)


if __name__ == "__main__":
    main(*sys.argv[1:])
