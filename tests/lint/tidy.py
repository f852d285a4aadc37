# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs clang-tidy on the units that have changed since it last found nothing in them.

Usage: tidy.py BUILD FOLDER ..., with the build folder, which has to be up to date, and folders of
the sources.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The checks of other versions differ.
VERSION = "14"
# clang 14 stops in these headers, when they are compiled as C++20.
UNREADABLE = "torch/csrc/api/include"
# clang 14 does not know the names of these features of CPUs.
UNKNOWN_FEATURES = ("amx-bf16",)


def units(build, folders):
    """Yields source and object file of each unit that clang can compile."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = (build / entry["file"]).resolve()
        if UNREADABLE in entry["command"]:
            continue
        if not any(source.is_relative_to(folder) for folder in folders):
            continue
        text = source.read_text(encoding="utf-8")
        if not any(f'("{feature}")' in text for feature in UNKNOWN_FEATURES):
            yield source, build / entry["output"]


def modified(path):
    return path.stat().st_mtime if path.exists() else 0


def check(program, build, source, compiled):
    """Returns the findings in a unit as text.

    An object file is compiled again when anything that its unit reads has changed, so a younger
    stamp says that the unit was clean as it is.
    """
    stamp = build / "tidy" / compiled.relative_to(build).with_suffix(".clean")
    changed = max(map(modified, [compiled, *ROOT.glob(".clang-tidy"), *ROOT.glob("*/.clang-tidy")]))
    if compiled.exists() and modified(stamp) > changed:
        return ""
    done = subprocess.run([program, "-p", build, "--quiet", "--warnings-as-errors=*", source],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return done.stdout + done.stderr
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.touch()
    return ""


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    program = shutil.which(f"clang-tidy-{VERSION}")
    if program is None:
        print(f"skipped: there is no clang-tidy-{VERSION}")
        return 77
    found = sorted(units(build, [ROOT / folder for folder in sys.argv[2:]]))
    if not found:
        print(f"{build} compiles no unit of these folders")
        return 1
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        reports = pool.map(lambda unit: check(program, build, *unit), found)
        bad = [report for report in reports if report]
    print("\n".join(bad) or f"{len(found)} units are clean")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
