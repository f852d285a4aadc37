# SPDX-License-Identifier: LGPL-2.1-or-later
"""HACKING.md names files and folders that exist, and every room of the library."""

import pathlib
import re

PATH = re.compile(r"`([\w./-]*(?:/[\w./-]*|\.(?:cpp|h|py|md|sh|build)))`")
FIRST_CELL = re.compile(r"\| `([\w./-]+)` \|")
# Capitals stand for a name to choose.
PLACEHOLDER = re.compile(r"[A-Z]{2}")
PRODUCT = ("lib", "plugin", "training", "command")
CAPITAL_FILES = {"HACKING.md", "README.md", "CHANGELOG.md"}


def exists(root, bases, name):
    parts = pathlib.PurePath(name).parts
    for i, part in enumerate(parts):
        if PLACEHOLDER.search(part) and part not in CAPITAL_FILES:
            return i == 0 or exists(root, bases, str(pathlib.PurePath(*parts[:i])))
    return any((root / base / name).exists() for base in bases)


def missing(root, text):
    """Yields the paths in the text that do not exist. A path starts at the root, at lib/src, or in
    the folder of its row in a table; a name without folder may stand anywhere in the product."""
    root = pathlib.Path(root)
    for number, line in enumerate(text.split("\n"), 1):
        bases = ["", "lib/src"] + FIRST_CELL.findall(line)
        for name in PATH.findall(line):
            anywhere = "/" not in name and any(
                any((root / folder).rglob(name)) for folder in PRODUCT)
            if not anywhere and not exists(root, bases, name):
                yield f"HACKING.md:{number}: {name}"


def unnamed_rooms(root, text):
    """Yields the folders of lib/src that the text does not name."""
    rooms = {path.name for path in (pathlib.Path(root) / "lib" / "src").iterdir() if path.is_dir()}
    return sorted(rooms - set(re.findall(r"`lib/src/(\w+)`", text)))
