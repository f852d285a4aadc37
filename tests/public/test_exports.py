# SPDX-License-Identifier: LGPL-2.1-or-later
"""Only the C interface leaves the libraries.

Usage: test_exports.py LIBRARY [MODULE] [unittest options], with the shared library and the module of LibTorch.
"""

import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "lib" / "include" / "denoiseae" / "denoiseae.h"
LIBRARIES = [argument for argument in sys.argv[1:] if argument.endswith(tuple(".so .a".split())) or ".so." in argument]


def exported(library):
    """Returns the symbols that other programs see, without the names of versions."""
    printed = subprocess.run(["nm", "--dynamic", "--defined-only", library], check=True, capture_output=True,
                             text=True).stdout
    symbols = {line.split()[2].split("@")[0] for line in printed.splitlines()}
    return {symbol for symbol in symbols if not symbol.startswith("DENOISEAE_")}


def declared():
    """Returns the functions that the header declares."""
    text = HEADER.read_text(encoding="utf-8")
    return set(re.findall(r"DENOISEAE_API[^;(]*?(denoiseae_\w+)\(", text))


class Exports(unittest.TestCase):
    def test_of_the_library_are_the_functions_of_the_header(self):
        if not LIBRARIES[0].endswith(".a"):
            self.assertGreater(len(declared()), 30)
            self.assertEqual(exported(LIBRARIES[0]), declared())

    def test_of_the_module_are_its_entry_point(self):
        for module in LIBRARIES[1:]:
            self.assertEqual(exported(module), {"denoiseae_make_engine", "denoiseae_engine_version"})


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]] + [argument for argument in sys.argv[1:] if argument not in LIBRARIES])
