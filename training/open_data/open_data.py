#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes openly licensed training pictures from Debian packages, and draws some.

pictures.csv beside this file lists them: real photographs and clips, chosen by looking at what the
packages hold. Nothing is installed. more.csv lists pictures of other sources, which are taken from
the folder of --more. Drawn pictures have textures, of which photographs have few.
"""

import argparse
import csv
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import cv2

import draw
import more

TABLE = pathlib.Path(__file__).with_name("pictures.csv")
COLUMNS = ["package", "file", "name", "licence", "author"]
# Averaging removes compression and the softness of lenses, so every picture gets some.
MIN_FACTOR = 2
MAX_PX = 2000
# Clips come from lossy files, which photographs should outweigh.
FRAMES = 60
CLIPS = (".avi", ".mp4", ".mp4.gz")


class OpenDataError(Exception):
    pass


def read_table(path=TABLE):
    with open(path, newline="", encoding="ascii") as file:
        return list(csv.DictReader(file))


def is_clip(row):
    return row["file"].endswith(CLIPS)


def target(row, folder):
    """Returns where the picture goes, or the folder of a clip's frames."""
    if is_clip(row):
        return folder / "video" / row["name"]
    return folder / "photos" / f"{row['name']}.png"


def averaged(pixels):
    """Averages squares of pixels. Their side is the smallest whole number from 2 on that makes the
    picture at most 2000 pixels long. Squares that the picture cuts off are left out."""
    height, width = pixels.shape[:2]
    factor = max(MIN_FACTOR, -(-max(width, height) // MAX_PX))
    size = width // factor, height // factor
    whole = pixels[:size[1] * factor, :size[0] * factor]
    return cv2.resize(whole, size, interpolation=cv2.INTER_AREA)


def write_picture(path, pixels):
    """Writes a picture, and never leaves half of one under the name."""
    partial = path.with_name("partial-" + path.name)
    if not cv2.imwrite(str(partial), pixels):
        raise OpenDataError(f"cannot write {partial}; is the disk full?")
    partial.rename(path)


def convert_picture(source, to):
    pixels = cv2.imread(str(source), cv2.IMREAD_ANYCOLOR)
    if pixels is None:
        raise OpenDataError(f"{source.name} is no picture that OpenCV reads")
    write_picture(to, averaged(pixels))


def convert_clip(source, to):
    with tempfile.TemporaryDirectory(dir=to.parent) as name:
        scratch = pathlib.Path(name)
        if source.suffix == ".gz":
            plain = scratch / source.stem
            with gzip.open(source) as packed, open(plain, "wb") as file:
                shutil.copyfileobj(packed, file)
            source = plain
        frames = scratch / "frames"
        frames.mkdir()
        clip = cv2.VideoCapture(str(source))
        for number in range(FRAMES):
            good, pixels = clip.read()
            if not good:
                break
            write_picture(frames / f"{number:05}.png", averaged(pixels))
        if not any(frames.iterdir()):
            raise OpenDataError(f"{source.name} is no video that OpenCV reads")
        frames.rename(to)


def convert(rows, root, folder):
    """Makes the pictures of an unpacked package that are not there yet."""
    for row in rows:
        source = root / row["file"]
        if not source.is_file():
            raise OpenDataError(f"package {row['package']} has no file /{row['file']}; this "
                                "release of Debian has another version than the table")
        to = target(row, folder)
        to.parent.mkdir(parents=True, exist_ok=True)
        if not to.exists():
            (convert_clip if is_clip(row) else convert_picture)(source, to)


def run(package, problem, *command, **options):
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, **options)
    except OSError as error:
        raise OpenDataError(f"{command[0]} is not there: open data needs a Debian system") from error
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip() or "no reason given").splitlines()[-1]
        raise OpenDataError(f"package {package} {problem}: {reason}") from error


def unpack(package, scratch):
    """Returns the folder that holds what the package would install."""
    download = scratch / "download"
    download.mkdir()
    run(package, "could not be downloaded; is there a network, and did apt-get update run?",
        "apt-get", "download", "-q", package, cwd=download)
    root = scratch / "root"
    (archive,) = download.glob("*.deb")
    run(package, "could not be unpacked", "dpkg-deb", "-x", str(archive), str(root))
    return root


def drawn(folder):
    return [folder / "drawn" / f"{number:03}.png" for number in range(draw.COUNT)]


def make_drawn(folder):
    """Draws the pictures that are not there yet."""
    for number, path in enumerate(drawn(folder)):
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_picture(path, draw.picture(number))


def write_licences(rows, more_rows, folder):
    """Writes what is there, or about to be."""
    path = folder / "LICENCES.csv"
    partial = path.with_name("partial-" + path.name)
    with open(partial, "w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(["picture", "licence", "author", "source", "file", "change"])
        for row in rows:
            lines.writerow([target(row, folder).relative_to(folder), row["licence"], row["author"],
                            f"Debian package {row['package']}", row["file"], "reduced by averaging"])
        for row in more_rows:
            lines.writerow([more.target(row, folder).relative_to(folder), row["licence"], row["author"],
                            " ".join(filter(None, ["github.com/" + row["repository"], row["commit"]])), row["path"],
                            "reduced by averaging, coded as JPEG"])
        for picture in filter(pathlib.Path.exists, drawn(folder)):
            lines.writerow([picture.relative_to(folder), "CC0-1.0", "denoiseae", "drawn by program",
                            "training/open_data/draw.py", "none"])
    os.replace(partial, path)


def there(rows, folder, target=target):
    return [row for row in rows if target(row, folder).exists()]


def get(rows, folder, unpack=unpack):
    """Makes what is missing, package by package. Returns the number of packages that were needed."""
    missing = {}
    for row in rows:
        if not target(row, folder).exists():
            missing.setdefault(row["package"], []).append(row)
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        write_licences(rows, there(more.read_table(), folder, more.target), folder)
    for number, (package, mine) in enumerate(missing.items(), 1):
        print(f"data: {package} ({number} of {len(missing)})", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            convert(mine, unpack(package, pathlib.Path(scratch)), folder)
    return len(missing)


def summary(rows, folder):
    photos = [row for row in rows if not is_clip(row)]
    pixels = 0
    for row in photos:
        height, width = cv2.imread(str(target(row, folder)), cv2.IMREAD_ANYCOLOR).shape[:2]
        pixels += width * height
    return (f"{folder}: {len(photos)} photographs of {pixels / 1e6:.1f} megapixels in all, "
            f"{len(rows) - len(photos)} clips, {draw.COUNT} drawn pictures; see {folder / 'LICENCES.csv'}")


def take_more(rows, more_rows, folder, given):
    try:
        missing = more.take(more_rows, folder, given)
    finally:
        taken = there(more_rows, folder, more.target)
        write_licences(rows, taken, folder)
    more.write_missing(missing, folder)
    text = f"of other sources: {len(taken)} of {len(more_rows)} photographs and clips"
    if missing:
        text += f"; {folder / 'missing.csv'} says where the others are, --more FOLDER takes them"
    return text


def main():
    parser = argparse.ArgumentParser(prog="./dev data", description=__doc__)
    parser.add_argument("folder", type=pathlib.Path, nargs="?", default=pathlib.Path("out/data"),
                        help="where photos/, video/, drawn/ and LICENCES.csv go; default: out/data")
    parser.add_argument("--more", type=pathlib.Path, metavar="FOLDER",
                        help="a folder with files of training/open_data/more.csv, which are copied where their "
                             "checksums agree")
    options = parser.parse_args()
    if options.more is not None and not options.more.is_dir():
        raise OpenDataError(f"{options.more} is no folder; --more takes one that holds files of {more.TABLE}")
    folder, rows = options.folder, read_table()
    make_drawn(folder)
    if get(rows, folder) == 0:
        print("data: all pictures of Debian packages are there", file=sys.stderr)
    print(summary(rows, folder))
    print(take_more(rows, more.read_table(), folder, options.more))


if __name__ == "__main__":
    try:
        main()
    except (OpenDataError, more.WrongFile, OSError) as error:
        sys.exit(f"data: {error}")
