# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads from docs/quality.md how good the models and other filters are on the same frames."""

import re
import statistics

from targets import MODELS

CAMERA = "Camera: mean PSNR of the clips in dB"
REAL = "Real noise"


def rows(page, title):
    """Returns the cells of the table below the title that begins so, with its header; [] if there is
    none."""
    found = re.search(rf"^## {re.escape(title)}.*?\n\n((?:\|.*\n)+)", page, re.MULTILINE)
    lines = found.group(1).splitlines() if found else []
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[:1] + lines[2:]]


def of_camera(page):
    """Returns the mean over all cameras and encoders, by the name of the model or filter."""
    header, *cells = rows(page, CAMERA) or [[]]
    return {name: statistics.mean(float(line[i]) for line in cells)
            for i, name in enumerate(header) if name not in ("", "input", "told")}


def of_low_light(page):
    """Returns the PSNR of the real noise of a stream. Those of filters stand in remarks."""
    found = {}
    for model, what, _, value, _, remark in rows(page, REAL)[1:]:
        if what == "lowlight-video, PSNR" and value.endswith(" dB"):
            found[model] = float(value.split()[0])
        elif what.startswith("lowlight-video, over ") and " at " in remark:
            found[what.removeprefix("lowlight-video, over ")] = float(remark.split()[0])
    return found


def read(page):
    """Returns what the PSNR is that of, and the PSNR by name. The cameras of a short run hold one
    model."""
    for name, found in (("cameras and encoders", of_camera(page)),
                        ("lowlight-video", of_low_light(page))):
        if set(MODELS) <= set(found):
            return name, found
    return "", {}
