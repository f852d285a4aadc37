# SPDX-License-Identifier: LGPL-2.1-or-later
"""The C++ sources are formatted as ./dev format leaves them."""

import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ("lib", "plugin", "training", "examples", "tests", "benchmarks")
# Other versions format otherwise.
VERSION = "14"


def main():
    program = shutil.which(f"clang-format-{VERSION}")
    if program is None:
        print(f"skipped: there is no clang-format-{VERSION}")
        return 77
    sources = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*")
                     if path.suffix in (".cpp", ".h"))
    done = subprocess.run([program, "--dry-run", "--Werror", *sources], capture_output=True,
                          text=True, check=False)
    bad = sorted(set(re.findall(rf"^{re.escape(str(ROOT))}/(.*?):\d+:", done.stderr, re.MULTILINE)))
    if done.returncode == 0:
        print(f"{len(sources)} files are formatted")
        return 0
    print("\n".join([*bad, "these are not formatted; run: ./dev format"]) if bad else done.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
