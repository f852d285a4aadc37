# SPDX-License-Identifier: LGPL-2.1-or-later
"""How comments may not begin: with a fragment that asks what it belongs to."""

import pathlib
import re

import source_text

BEGINNING = re.compile(r"(of|that of|those of|the same|likewise|so|what)\b", re.IGNORECASE)
SUFFIXES = source_text.CPP | source_text.SCRIPTS | {".py"}


def violations(root):
    """Yields a line for each block of comments below root that begins with a fragment."""
    root = pathlib.Path(root)
    scripts = [pathlib.Path(name) for name in ("dev", "meson.build") if (root / name).is_file()]
    for path in scripts + source_text.files(root, SUFFIXES):
        text = (root / path).read_text(encoding="utf-8")
        for comment in source_text.comment_blocks(path, text):
            if found := BEGINNING.match(comment.text):
                yield f"{path}:{comment.line}: a comment begins with \"{found.group()}\""
