# SPDX-License-Identifier: LGPL-2.1-or-later
"""Takes openly licensed training pictures that no Debian package has from a folder that its user has.

more.csv beside this file lists them. Their sources were reduced by averaging, photographs to at most 1280 pixels and
clips to 640x360 or 960x540, and written as JPEG; the checksums are those of the reduced files. A clip is a folder of
numbered frames, and its checksum that of all frames one after the other.
"""

import csv
import hashlib
import pathlib
import shutil

TABLE = pathlib.Path(__file__).with_name("more.csv")
COLUMNS = ["file", "sha256", "repository", "path", "commit", "licence", "author"]


class WrongFile(Exception):
    """Names a file that is not the one of the table."""


def read_table(path=TABLE):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def target(row, folder):
    """Returns where the photograph goes, or the folder of a clip's frames."""
    file = pathlib.PurePosixPath(row["file"])
    return folder / ("photos" if "photos" in file.parts else "video") / file.name


def checksum(path):
    digest = hashlib.sha256()
    for file in sorted(path.iterdir()) if path.is_dir() else [path]:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def take_one(source, row, to):
    """Copies a picture or clip that is the table's, and never leaves half of one under the name."""
    found = checksum(source)
    if found != row["sha256"]:
        raise WrongFile(f"{source} has the SHA-256 {found}, expected {row['sha256']}: it is not the file that "
                        f"{TABLE.name} lists; remove it, or get the right one")
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_name("partial-" + to.name)
    if partial.is_dir():
        shutil.rmtree(partial)
    (shutil.copytree if source.is_dir() else shutil.copyfile)(source, partial)
    partial.rename(to)


def take(rows, folder, given):
    """Takes what the given folder has and the other one lacks. Without a given folder it takes nothing. Returns the
    rows whose files are nowhere."""
    missing = []
    for row in rows:
        to = target(row, folder)
        if to.exists():
            continue
        if given is None or not (given / row["file"]).exists():
            missing.append(row)
        else:
            take_one(given / row["file"], row, to)
    return missing


def write_missing(rows, folder):
    """Writes where each missing file is to be found, or removes the list where nothing is missing."""
    path = folder / "missing.csv"
    if not rows:
        path.unlink(missing_ok=True)
        return
    with open(path, "w", newline="", encoding="utf-8") as file:
        lines = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
