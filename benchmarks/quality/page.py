# SPDX-License-Identifier: LGPL-2.1-or-later
"""The text of docs/quality.md."""

import targets
import verdicts

SETS = ("BSD68", "Set12", "CBSD68", "Kodak24", "McMaster")
SIGMAS = (15, 25, 50)

INTRODUCTION = """# Quality of the shipped models

Written by

    ./dev quality DATA

which measures `fast`, `balanced` and `high` against what they must reach; `--short` prints the figures
for fewer photographs and levels within minutes. DATA holds `video/test`, `photos/test` and `real-noise`.

- PSNR of clips and BSD68: `denoiseae-eval`, Gaussian noise on all planes, neither rounded nor clipped,
  the level told, mean over frames, then over clips. What is blind is rounded to 8 bit and clipped.
- The targets of clips were set in the limited range, 16 to 235, that most video has: there FFmpeg's nlmeans
  gives the figures that came with the targets to a few hundredths of a dB. Codes 0 to 255 stretch the contrast,
  and errors with it: the same network loses 0.5 to 0.7 dB there.
- Still, cut and pan: clips made of the photographs of Kodak24, noise of standard deviation 25. Flicker
  is the standard deviation over time of the results from frame 30 to 40.
- Estimate and real noise: the element `denoiseae`, with all its defaults. The estimate is the one of the
  tenth frame (of a clip that is shorter, the last), gray.
- FFmpeg's hqdn3d, nlmeans and bm3d are given the best of a grid of settings for the very pictures that
  are measured, which favours them; denoiseae is told nothing. PSNR of real noise is that of R, G and B.
  The pictures of `cc` are single ones, those of `lowlight-video` three frames of a stream.
"""

SHORT = """These are the figures of `--short`: of the photographs of Kodak24, 12 for colour and 1 to 6 for the scenes.
"""

PICTURES = """## Sets of photographs, temporal=false, PSNR in dB

BSD68 and Set12 are gray, their noise neither rounded nor clipped; the colour sets are measured on R, G
and B, rounded and clipped, the level told.
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
    """pictures: by model the mean PSNR by set and sigma; empty: of a short run."""
    parts = [INTRODUCTION] if pictures else [INTRODUCTION, SHORT]
    parts.append(verdicts.as_markdown(rows, targets.TITLES))
    if pictures:
        parts += [PICTURES, pictures_table(pictures)]
    return "\n".join(parts)
