# SPDX-License-Identifier: LGPL-2.1-or-later
"""tests/lib is the mirror of lib/src: its folders, and a test for each internal header."""

import pathlib

import layering

SOURCES = pathlib.Path("lib/src")
TESTS = pathlib.Path("tests/lib")


def internal_includes(root, path):
    """The headers of lib/src that a file includes, as paths relative to lib/src."""
    found = layering.INCLUDE.findall((root / path).read_text(encoding="utf-8"))
    return {pathlib.Path(name) for name in found if (root / SOURCES / name).is_file()}


def tests(root):
    return [path.relative_to(root) for path in sorted((root / TESTS).rglob("test_*.cpp"))]


def related(room, other):
    """Whether one folder is the other or in it. All are in the outermost, which counts for itself."""
    if pathlib.Path() in (room, other):
        return room == other
    return room == other or room in other.parents or other in room.parents


def misplaced_tests(root):
    """Yields a line for each test that does not stand near what it tests, an internal header that it
    includes. Through public headers a test can reach any folder."""
    root = pathlib.Path(root)
    for path in tests(root):
        room = path.parent.relative_to(TESTS)
        if not (root / SOURCES / room).is_dir():
            yield f"{path}: there is no {SOURCES / room}"
            continue
        rooms = {include.parent for include in internal_includes(root, path)}
        is_public = "<denoiseae/" in (root / path).read_text(encoding="utf-8")
        if rooms and not is_public and not any(related(room, other) for other in rooms):
            yield f"{path}: includes headers of " + ", ".join(map(str, sorted(rooms)))


def untested_headers(root):
    """Yields the internal headers that no test includes."""
    root = pathlib.Path(root)
    tested = set().union(*(internal_includes(root, path) for path in tests(root)))
    for path in sorted((root / SOURCES).rglob("*.h")):
        if path.relative_to(root / SOURCES) not in tested:
            yield str(path.relative_to(root))
