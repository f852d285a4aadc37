# SPDX-License-Identifier: LGPL-2.1-or-later
"""A test that does not run is reported as skipped: it says so, and Meson hears it."""

import pathlib
import re

import source_text

BODY = re.compile(r"^START_TEST\((\w+)\).*?^END_TEST", re.MULTILINE | re.DOTALL)
# Each lets a test pass that has not run.
SILENT = (
    (re.compile(r"\breturn\s*;"), "ends without skip_test"),
    (re.compile(r"\bavailable\s*\)\s*continue\b"), "leaves variants out; loop over available()"),
)
STATUS = re.compile(r"\breturn 77\b|\bexit\(77\)")


def silent_tests(root):
    """Yields a line for each test in C++ that can pass without running."""
    root = pathlib.Path(root)
    for path in source_text.files(root, {".cpp", ".h"}, ("tests",)):
        code = source_text.blanked((root / path).read_text(encoding="utf-8"))
        for body in BODY.finditer(code):
            for pattern, fault in SILENT:
                if pattern.search(body.group()):
                    yield f"{path}: {body[1]} {fault}"
        if STATUS.search(code):
            yield f"{path}: skips all its tests at once; use skip_test"


def unheard_tests(root):
    """Yields a line for each program of Check or unittest whose skipped tests Meson does not read.
    Those of the plugin run in GStreamer's own way."""
    root = pathlib.Path(root)
    for path in source_text.files(root, {".build"}, ("tests", "benchmarks")):
        if path.parent.name == "plugin":
            continue
        for call in calls((root / path).read_text(encoding="utf-8")):
            runs_tests = "executable(" in call or re.search(r"\btest_.*\.py\b", call)
            if runs_tests and "protocol: 'tap'" not in call:
                yield f"{path}: {call.split(chr(10))[0]} has no protocol: 'tap'"


def calls(text):
    """The calls of test() in a file of Meson."""
    for start in re.finditer(r"^ *test\(", text, re.MULTILINE):
        depth = 0
        for i in range(start.end() - 1, len(text)):
            depth += {"(": 1, ")": -1}.get(text[i], 0)
            if depth == 0:
                yield text[start.start():i + 1].strip()
                break
