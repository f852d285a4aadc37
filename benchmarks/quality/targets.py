# SPDX-License-Identifier: LGPL-2.1-or-later
"""THE table of what the shipped models must reach, and what is said of a measured value."""

import csv

from verdicts import Target

MODELS = ("fast", "balanced", "high")
PEERS = ("hqdn3d", "nlmeans", "bm3d")
REAL_SETS = ("cc", "lowlight-video")

CLIPS = "clips"
FULL_RANGE = "clips, full range"
PICTURES = "BSD68 gray"
BLIND = "blind"
ESTIMATE = "estimate"
STILL = "still"
CUT = "cut"
PAN = "pan"
REAL = "real noise"
PRECISION = "precision"
COLOUR = "colour"

TITLES = {
    CLIPS: "Clips of video/test, codes 16 to 235 as in video, PSNR of luma",
    FULL_RANGE: "The same in codes 0 to 255",
    PICTURES: "Single pictures, BSD68 gray, temporal=false, PSNR",
    BLIND: "Loss by not being told the level, worst clip",
    ESTIMATE: "Error of the estimated level by what is allowed (10 % or 1 code), worst case",
    STILL: "A still photograph as a noisy stream",
    CUT: "First frame after a hard cut against the same frame as first of a stream",
    PAN: "Horizontal pan of 1 to 12 pixels per frame, gain over temporal=false, worst speed",
    REAL: "Real noise, blind; peers at their best setting for the set",
    PRECISION: "Loss against float32, clips at sigma 30",
    COLOUR: "Colour, sigma 25 on all components, clipped, PSNR; chroma: of both differences",
}


def at_sigma(section, sigmas, limits):
    return [Target(section, model, f"sigma {sigma}", ">=", limit)
            for model, row in limits.items() for sigma, limit in zip(sigmas, row)]


TARGETS = [
    *at_sigma(CLIPS, (10, 30, 50), {"fast": (33.5, 28.3, 26.0), "balanced": (34.6, 29.5, 27.2),
                                    "high": (35.4, 30.6, 28.4)}),
    *at_sigma(PICTURES, (15, 25, 50), {"balanced": (31.0, 28.5, 25.5), "high": (31.4, 28.95, 26.0)}),
    *(Target(BLIND, model, "sigma 30", "<=", 0.2) for model in MODELS),
    *(Target(ESTIMATE, "balanced", content, "<=", 1, "") for content in ("photographs", "clips")),
    *(target for model in MODELS
      for target in (Target(STILL, model, "frame 30 over frame 1", ">=", 4),
                     Target(STILL, model, "flicker by temporal=false", "<=", 1 / 3, ""))),
    *(Target(CUT, model, "difference", "<=", 0.1) for model in MODELS),
    *(Target(PAN, model, "gain", ">=", 1) for model in MODELS),
    *(target for model in MODELS for name in REAL_SETS
      for target in (Target(REAL, model, f"{name}, over the noisy input", ">=", 2),
                     *(Target(REAL, model, f"{name}, over {peer}", ">") for peer in PEERS))),
]

# What nothing is asked of: set, format, and whether chroma is measured apart.
COLOURS = [("CBSD68", "BGR", False), ("Kodak24", "BGR", False),
           *(("Kodak24", name, chroma) for name in ("I420", "Y42B", "Y444")
             for chroma in (False, True))]


def colour_name(pictures, pixels, chroma):
    return f"{pictures}, {'RGB' if pixels == 'BGR' else pixels + (' chroma' if chroma else ' luma')}"


TARGETS += [Target(FULL_RANGE, model, f"sigma {sigma}", "")
            for model in MODELS for sigma in (10, 30, 50)]
TARGETS += [Target(COLOUR, model, colour_name(*colour), "")
            for model in MODELS for colour in COLOURS]

# Without --short also these.
MORE = [
    *(Target(BLIND, model, f"sigma {sigma}", "<=", 0.2) for model in MODELS for sigma in (10, 50)),
    *(Target(PRECISION, model, name, "<=", 0.1) for model in MODELS for name in ("bfloat16", "int8")),
]


def read_eval(path):
    """The CSV of denoiseae-eval: by noise, method and picture the PSNR; picture "mean" is the mean."""
    result = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            methods = result.setdefault(row["noise"], {})
            methods.setdefault(row["method"], {})[row["picture"]] = float(row["psnr"])
    return result


def only_model(methods):
    """Of one noise's methods, the PSNR of the one model that was measured."""
    (name,) = set(methods) - {"noisy"}
    return methods[name]
