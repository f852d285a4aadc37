#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Trains what is missing of the founding paper's runs, and writes docs/paper.md with its figures."""

import argparse
import csv
import pathlib
import shutil
import subprocess
import sys
import tempfile

import report

ROOT = pathlib.Path(__file__).resolve().parents[2]
PRESETS = ROOT / "training" / "presets"

def noise(model, level):
    return f'samples.noise=[{{model = "{model}", min_level = {level}, max_level = {level}}}]'


# Each row is a run folder, its preset and the keys that it changes.
RUNS = [
    ("paper-mnist", "paper-mnist", []),
    ("paper-mnist-0.3", "paper-mnist", [noise("coefficient", 0.3)]),
    ("paper-mnist-offset", "paper-mnist", [noise("coefficient-offset", 0.5)]),
    ("paper-fashion-mnist", "paper-fashion-mnist", []),
    ("paper-fer2013", "paper-fer2013", []),
    ("paper-fer2013-after", "paper-fer2013", ["data.split=after-copies", "samples.augment=false"]),
    ("paper-chest-xray", "paper-chest-xray", []),
    ("unet-mnist", "unet-mnist", []),
    ("unet-fashion-mnist", "unet-fashion-mnist", []),
    ("unet-fer2013", "unet-fer2013", []),
    ("unet-chest-xray", "unet-chest-xray", []),
]

# The options with which denoiseae-eval reads the folder of each set.
SETS = {
    "mnist": ["--kind", "mnist"],
    "fashion-mnist": ["--kind", "fashion-mnist"],
    "fer2013": ["--kind", "fer2013"],
    "chest-xray": ["--kind", "images", "--size", "52", "--held-out", "0.1",
                   "--group", "_([0-9]{8})_"],
}
NOISE = {"mnist": "coefficient:0.5", "fashion-mnist": "coefficient:0.5",
         "fer2013": "gaussian-variance:550", "chest-xray": "gaussian-variance:550"}
FILTERS = ["nlm", "bilateral", "median", "gaussian"]


def run(*command):
    print("paper:", *command, file=sys.stderr)
    subprocess.run([str(c) for c in command], check=True)


def train_missing(runs, data):
    for name, preset, overrides in RUNS:
        folder = runs / name
        if not (folder / "config.toml").exists():
            changes = [part for change in overrides for part in ("--set", change)]
            run("denoiseae-train", PRESETS / f"{preset}.toml", "--data", data, "--out", folder,
                *changes)
        elif not report.Run(folder).finished():
            run("denoiseae-train", "--resume", folder)


def named(folder, name, scratch):
    """Links a run's weights under a name for tables and figures."""
    link = scratch / f"{folder.name}" / f"{name}.safetensors"
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to((folder / "best.safetensors").resolve())
    return link


def evaluate(name, runs, data, limit, figures, scratch):
    """Returns the rows of denoiseae-eval's CSV for all noise that sum up, each with the mean squared
    error over its pictures, and draws the figure of samples."""
    models = ["--model", named(runs / f"paper-{name}", report.PAPER, scratch)]
    arguments = ["--data", data / name, *SETS[name]]
    run("denoiseae-eval", *models, *arguments, "--noise", NOISE[name],
        "--sharpen", "1", "--figure", figures / f"samples-{name}.png", "--figure-columns", "8",
        "--limit", "8")
    models += ["--model", named(runs / f"unet-{name}", report.UNET, scratch)]
    table = scratch / f"{name}.csv"
    run("denoiseae-eval", *models, *arguments, "--tune-data", data / name,
        "--baseline", ",".join(FILTERS), "--sharpen", "1",
        "--noise", "all", "--limit", limit, "--csv", table)
    with open(table, newline="") as file:
        return report.summary(list(csv.DictReader(file)))


def draw_tiles(runs, figures, scratch):
    """Draws a photograph as a network denoises it tile by tile that knows only small faces."""
    picture = scratch / "frame" / "frame.png"
    picture.parent.mkdir()
    run("gst-launch-1.0", "-q", "filesrc", f"location={ROOT / 'examples/media/clip.mp4'}", "!",
        "decodebin", "!", "videoconvert", "!", "pngenc", "snapshot=true", "!", "filesink",
        f"location={picture}")
    run("denoiseae-eval", "--model", named(runs / "paper-fer2013", report.PAPER, scratch), "--model",
        "balanced", "--data", picture.parent, "--gray", "--tiles", "--noise",
        "gaussian-variance:550", "--figure", figures / "tiles.png")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path,
                        help="folder that holds mnist, fashion-mnist, fer2013 and chest-xray")
    parser.add_argument("--runs", type=pathlib.Path, default=pathlib.Path("runs"))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "docs")
    parser.add_argument("--limit", default="1000", help="pictures of each set to measure on")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"{options.data} is not a folder")

    train_missing(options.runs, options.data)
    figures = options.out / "paper"
    figures.mkdir(parents=True, exist_ok=True)
    measured = {}
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for name in SETS:
            measured[name] = evaluate(name, options.runs, options.data, options.limit, figures,
                                      scratch)
        draw_tiles(options.runs, figures, scratch)
    runs = {}
    for name, _, _ in RUNS:
        runs[name] = report.Run(options.runs / name)
        if name.startswith("paper-"):
            shutil.copy(options.runs / name / "loss.svg", figures / f"loss-{name}.svg")
    (options.out / "paper.md").write_text(report.page(runs, measured, NOISE, options.limit))
    print(f"paper: wrote {options.out / 'paper.md'}", file=sys.stderr)


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"paper: {error.cmd[0]} failed; see its message above")
    except report.ReportError as error:
        sys.exit(f"paper: {error}")
