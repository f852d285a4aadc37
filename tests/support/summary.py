# SPDX-License-Identifier: LGPL-2.1-or-later
"""Lists what a run of "meson test" left out, with the reasons, and counts its tests.

Usage: summary.py FOLDER, the one in which Meson writes its logs. A program that reports by the Test Anything
Protocol counts as the tests and parts of tests that it reports, another one as one test.
"""

import json
import pathlib
import re
import sys

LINE = re.compile(r"^(not )?ok \d+ - (.*?)(?: # SKIP (.*))?$", re.MULTILINE)
WHOLE_FILE = re.compile(r"^1\.\.0 # SKIP (.*)$", re.MULTILINE)
GOOD = ("OK", "EXPECTEDFAIL")


def results(test):
    """Yields (name, outcome, reason) of a program's tests; outcome: passed, failed or skipped."""
    # Meson puts project and suite before the name.
    name, output = test["name"].split(" / ")[-1], test.get("stdout", "")
    failed = False
    found = LINE.findall(output)
    for bad, part, reason in found:
        failed |= bool(bad)
        outcome = "failed" if bad else "skipped" if reason else "passed"
        yield f"{name} / {part}", outcome, reason
    if found:
        # A crash between two tests, a time limit or a broken report.
        if test["result"] not in (*GOOD, "SKIP") and not failed:
            yield name, "failed", ""
    elif test["result"] == "SKIP":
        reason = WHOLE_FILE.search(output)
        yield name, "skipped", reason.group(1) if reason else "no reason given"
    else:
        yield name, "passed" if test["result"] in GOOD else "failed", ""


def summary(tests):
    """The lines of the summary; tests: the objects of a log."""
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    lines = []
    for test in tests:
        for name, outcome, reason in results(test):
            counts[outcome] += 1
            if outcome == "skipped":
                lines.append(f"skipped: {name}: {reason}")
    lines.append(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return lines


def main(folder):
    tests = []
    for path in sorted(pathlib.Path(folder).glob("testlog*.json")):
        tests += map(json.loads, path.read_text(encoding="utf-8").splitlines())
    print("\n".join(summary(tests)))


if __name__ == "__main__":
    main(*sys.argv[1:])
