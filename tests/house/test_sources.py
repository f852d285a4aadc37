# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every source file keeps the rules of licence line, ASCII and length; packages have one list."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("lib", "plugin", "training", "command", "tests", "examples", "benchmarks", "models",
           "docs")
CODE = {".cpp", ".h", ".py", ".sh"}
TEXT = CODE | {".build", ".in", ".md", ".toml", ".txt", ".prs"}
MAX_LINES = 500
LICENCE = "SPDX-License-Identifier: LGPL-2.1-or-later"


def files(suffixes):
    found = [ROOT / "dev", ROOT / ".ci" / "run"]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    for folder in FOLDERS:
        found += (ROOT / folder).rglob("*")
    scripts = (ROOT / "dev", ROOT / ".ci" / "run")
    return sorted(path for path in set(found) if path.suffix in suffixes or path in scripts)


class Sources(unittest.TestCase):
    def check(self, suffixes, good):
        paths = files(suffixes)
        self.assertGreater(len(paths), 20)
        bad = [str(path.relative_to(ROOT)) for path in paths if not good(path.read_bytes())]
        self.assertEqual(bad, [])

    def test_start_with_the_licence(self):
        self.check(CODE, lambda text: LICENCE.encode() in b"\n".join(text.split(b"\n")[:3]))

    def test_are_ascii(self):
        self.check(TEXT, bytes.isascii)

    def test_are_short(self):
        self.check(CODE, lambda text: text.count(b"\n") <= MAX_LINES)

    def test_headers_only_declare_json(self):
        # It takes a second to compile, which all that include the header would pay.
        bad = [str(path.relative_to(ROOT)) for path in files({".h"})
               if "<nlohmann/json.hpp>" in path.read_text()]
        self.assertEqual(bad, [])

    def test_end_with_one_newline_and_no_trailing_blanks(self):
        self.check(CODE, lambda text: text.endswith(b"\n") and not re.search(rb"[ \t]\n|\n\n$", text))


class Packages(unittest.TestCase):
    def setUp(self):
        lists = re.findall(r"^\w*packages=\((.*?)\)", (ROOT / "dev").read_text(), re.S | re.M)
        self.packages = " ".join(lists).split()

    def test_are_listed_once(self):
        self.assertGreater(len(self.packages), 10)
        self.assertEqual(len(self.packages), len(set(self.packages)))

    def test_are_listed_in_one_place(self):
        names = "|".join(re.escape(name) for name in self.packages if name.startswith("lib"))
        # Packages of the tree's own are files.
        install = re.compile(rf"apt(-get)? install(?! \./)|(\b({names})\b\s+){{2}}")
        others = [path for path in files(TEXT) if path not in (ROOT / "dev", pathlib.Path(__file__))]
        self.assertEqual([str(path) for path in others if install.search(path.read_text())], [])


if __name__ == "__main__":
    unittest.main()
