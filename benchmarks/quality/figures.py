# SPDX-License-Identifier: LGPL-2.1-or-later
"""Keeps figures in a file, so that a run that was cut off goes on where it ended."""

import hashlib
import json
import pathlib


def digest(files):
    """Returns a checksum of the contents of files."""
    total = hashlib.sha256()
    for file in files:
        total.update(hashlib.sha256(pathlib.Path(file).read_bytes()).digest())
    return total.hexdigest()[:16]


class Figures:
    """The file holds one JSON object a line: the key, which says all that the figure depends on, and
    the figure."""

    def __init__(self, path):
        self.path = path
        self.known = {}
        text = path.read_text(encoding="ascii") if path.exists() else ""
        # A run that is killed while it writes leaves a part of a line.
        complete = text[:text.rfind("\n") + 1]
        if complete != text:
            path.write_text(complete, encoding="ascii")
        for line in complete.splitlines():
            entry = json.loads(line)
            self.known[self.text(entry["key"])] = entry["figure"]

    @staticmethod
    def text(key):
        return json.dumps(key, sort_keys=True)

    def has(self, key):
        return self.text(key) in self.known

    def once(self, key, make):
        """Returns the figure of a key, which is made when the file does not have it."""
        text = self.text(key)
        if text not in self.known:
            figure = make()
            with open(self.path, "a", encoding="ascii") as out:
                out.write(json.dumps({"key": key, "figure": figure}, sort_keys=True) + "\n")
            self.known[text] = figure
        return self.known[text]
