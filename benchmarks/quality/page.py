# SPDX-License-Identifier: LGPL-2.1-or-later
"""The text of docs/quality.md."""

import targets
import verdicts

SETS = ("BSD68", "Set12", "CBSD68", "Kodak24", "McMaster")
SIGMAS = (15, 25, 50)

INTRODUCTION = """# Quality of the shipped models

This page is written by

    ./dev quality DATA

The command measures `fast`, `balanced` and `high` against their targets. DATA is a folder that holds
`video/test`, `photos/test` and `real-noise`. With `--short` it measures fewer photographs and levels,
and takes minutes.

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
"""

SHORT = """These are the figures of `--short`: they come from 12 photographs of Kodak24 for colour, and from 1 to 6
of them for the streams.
"""

PICTURES = """## Sets of photographs, temporal=false: PSNR in dB

The level is given. BSD68 and Set12 are gray, and their noise is neither rounded nor clipped. The colour
sets are measured on R, G and B, rounded and clipped.
"""


def pictures_table(pictures):
    header = ["Set", "sigma", *pictures]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for name in SETS:
        for sigma in SIGMAS:
            values = [f"{found[name, sigma]:.2f}" for found in pictures.values()]
            lines.append("| " + " | ".join([name, str(sigma), *values]) + " |")
    return "\n".join(lines) + "\n"


def text(rows, pictures):
    """Returns the page. pictures: the mean PSNR by model, then by set and sigma; empty for a short
    run."""
    parts = [INTRODUCTION] if pictures else [INTRODUCTION, SHORT]
    parts.append(verdicts.as_markdown(rows, targets.TITLES))
    if pictures:
        parts += [PICTURES, pictures_table(pictures)]
    return "\n".join(parts)
