# SPDX-License-Identifier: LGPL-2.1-or-later
"""The text of docs/quality.md."""

import re

import footage_report
import targets
import verdicts

FOLDER = "quality"  # folder of the pictures, beside the page

SETS = ("BSD68", "Set12", "CBSD68", "Kodak24", "McMaster")
SIGMAS = (15, 25, 50)

INTRODUCTION = """# Quality of the shipped models

This page is written by

    ./dev quality DATA

The command measures `fast`, `balanced` and `high` against their targets. DATA is a folder that holds
`video/test`, `photos/test` and `real-noise`. With `--short` it measures fewer photographs, levels and
cameras, and takes 20 minutes. With `--footage` it measures cameras and scenes alone, and replaces their
parts of this page. Figures of cameras and scenes are kept in `out/quality/footage.jsonl`, so that a run
that was cut off goes on.

- The PSNR of clips and of BSD68 comes from `denoiseae-eval`. Gaussian noise is added to all planes and
  neither rounded nor clipped, and the level is given. The PSNR is the mean over frames, then over
  clips. Where the level is estimated, the noisy frames are rounded to 8 bits and clipped.
- The targets of clips were set in the limited range of codes, 16 to 235, that most video has. In this
  range FFmpeg's nlmeans gives the figures that came with the targets, to a few hundredths of a dB.
  Codes 0 to 255 stretch the contrast, and errors with it: the same network loses 0.5 to 0.7 dB there.
- The streams that stand still, are cut or pan are made from the photographs of Kodak24, with noise of
  standard deviation 25. Flicker is the standard deviation of the results over time, from frame 30 to
  frame 40.
- The estimated level and the results on real noise come from the element `denoiseae` with all its
  defaults. The estimate is that of the tenth frame, or of the last frame of a shorter clip, in gray.
- FFmpeg's hqdn3d, nlmeans and bm3d get the best of a grid of settings for the very pictures that are
  measured, which favours them. denoiseae is told nothing. The PSNR on real noise is that of R, G and
  B. The pictures of `cc` are single ones, those of `lowlight-video` are three frames of a stream.
- Cameras and scenes are made of up to 16 frames of the clips of `video/test`, in I420 of 8 bits, clipped,
  and go through the element. PSNR is that of luma, the mean over frames, then over clips. A camera
  counts electrons behind a Bayer mosaic; the clean frames go through the same mosaic. The best told
  level is the best of eleven (six with `--short`) for each clip. The filters of FFmpeg and OpenCV get
  their best setting for each clip; with `--short` it is searched on 6 frames of the centre 240x176.
- "Without" is the same model on the clip without the bars, the flash, the lamp, the repetition or the
  clean half. The first 4 frames of a scene do not count; after a jump of the noise frames 2 to 6 do,
  and the two frames after a flash. "Brightness" is the largest error of the mean of a frame.
"""

SHORT = """These are the figures of `--short`: they come from 12 photographs of Kodak24 for colour, and from 1 to 6
of them for the streams. Cameras and scenes are measured for `balanced` alone.
"""

PICTURES = """## Sets of photographs, temporal=false: PSNR in dB

The level is given. BSD68 and Set12 are gray, and their noise is neither rounded nor clipped. The colour
sets are measured on R, G and B, rounded and clipped.
"""


SHOWN = "Pictures: input, denoised by balanced, clean"
COUNT = re.compile(r"^\d+ of \d+ targets reached\.\n\n?", re.MULTILINE)


def pictures_table(pictures):
    header = ["Set", "sigma", *pictures]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for name in SETS:
        for sigma in SIGMAS:
            values = [f"{found[name, sigma]:.2f}" for found in pictures.values()]
            lines.append("| " + " | ".join([name, str(sigma), *values]) + " |")
    return "\n".join(lines) + "\n"


def shown_pictures(shown):
    parts = [f"## {SHOWN}\n"]
    parts += [f"{caption}:\n\n![{caption}]({FOLDER}/{name})\n" for caption, name in shown]
    return "\n".join(parts)


def text(rows, pictures, tables, shown):
    """Returns the page. pictures: the mean PSNR by model, then by set and sigma; empty for a short
    run. tables: tables of footage by their titles. shown: captions and files of pictures."""
    parts = [INTRODUCTION] if pictures else [INTRODUCTION, SHORT]
    parts.append(verdicts.as_markdown(rows, targets.TITLES))
    if pictures:
        parts += [PICTURES, pictures_table(pictures)]
    parts += [f"## {title}\n\n{table}" for title, table in tables.items()]
    if shown:
        parts.append(shown_pictures(shown))
    return "\n".join(parts)


def sections(page):
    """Returns the sections of a page by their titles, without the count of targets."""
    return {part.split("\n", 1)[0]: "## " + part.rstrip("\n") + "\n"
            for part in re.split(r"^## ", COUNT.sub("", page), flags=re.MULTILINE)[1:]}


def merged(old, new):
    """Returns the old page with the sections of the new one, which has those of footage alone."""
    found = {**sections(old), **sections(new)}
    judged = [found[title] for title in targets.TITLES.values() if title in found]
    others = [found[title] for title in (PICTURES.split("\n")[0][3:], footage_report.CAMERA_TABLE,
                                         footage_report.SCENE_TABLE, SHOWN) if title in found]
    passed, missed = (len(re.findall(rf"\| {verdict} \|", "".join(judged)))
                      for verdict in ("pass", "MISS"))
    intro = [INTRODUCTION, SHORT] if SHORT in old else [INTRODUCTION]
    count = f"{passed} of {passed + missed} targets reached.\n"
    return "\n".join([*intro, *judged, count, *others])
