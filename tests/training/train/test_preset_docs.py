# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/training.md lists the keys of presets as denoiseae-train prints them."""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
TRAIN = sys.argv.pop()


def tables(markdown):
    """Heading -> rows, of the tables of keys."""
    found = {}
    for heading, body in re.findall(r"^### (.*?)\n(.*?)(?=^##|\Z)", markdown, re.M | re.S):
        rows = re.search(r"^\| Key \| Default \| Values \|.*?(?=\n\n|\Z)", body, re.M | re.S)
        if rows:
            found[heading] = rows.group(0).strip().split("\n")
    return found


def differences(printed, page):
    """Rows that only one of the two has, or has elsewhere."""
    wanted, found = tables(printed), tables(page)
    lines = []
    for heading in sorted(wanted.keys() | found.keys()):
        left, right = wanted.get(heading, []), found.get(heading, [])
        lines += [f"{heading}: missing in the page: {row}" for row in left if row not in right]
        lines += [f"{heading}: only in the page: {row}" for row in right if row not in left]
        if not lines and left != right:
            lines.append(f"{heading}: other order")
    return lines


class PresetKeys(unittest.TestCase):
    def setUp(self):
        run = subprocess.run([TRAIN, "--list-keys"], check=True, capture_output=True, text=True)
        self.printed = run.stdout
        self.page = (ROOT / "docs" / "training.md").read_text()

    def test_page_lists_them_as_the_program_does(self):
        self.assertEqual(len(tables(self.printed)), 8)
        self.assertEqual(differences(self.printed, self.page), [])

    def test_a_key_that_the_page_lacks_is_found(self):
        planted = self.printed.replace("| `steps` |", "| `planted` | `1` | text | New. |\n| `steps` |")
        self.assertNotEqual(planted, self.printed)
        self.assertEqual(len(differences(planted, self.page)), 1)

    def test_a_key_that_is_gone_and_a_changed_default_are_found(self):
        gone = re.sub(r"^\| `ema` .*\n", "", self.printed, flags=re.M)
        self.assertEqual(len(differences(gone, self.page)), 1)
        changed = self.printed.replace("| `ema` | `0` |", "| `ema` | `0.999` |")
        self.assertEqual(len(differences(changed, self.page)), 2)


if __name__ == "__main__":
    unittest.main()
