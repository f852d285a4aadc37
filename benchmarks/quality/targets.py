# SPDX-License-Identifier: LGPL-2.1-or-later
"""THE table of what the shipped models must reach, and the reader of denoiseae-eval's tables."""

import csv
import typing

from verdicts import Target

MODELS = ("fast", "balanced", "high")
PEERS = ("hqdn3d", "nlmeans", "bm3d")
REAL_SETS = ("cc", "lowlight-video")

CLIPS = "clips"
FULL_RANGE = "clips, full range"
CLIPPED = "clips, clipped"
PICTURES = "BSD68 gray"
BLIND = "blind"
ESTIMATE = "estimate"
STILL = "still"
CUT = "cut"
PAN = "pan"
REAL = "real noise"
PRECISION = "precision"
COLOUR = "colour"
CAMERA = "camera"
CENTRE = "camera, centre"
SCENES = "scenes"

TITLES = {
    CLIPS: "Clips of video/test in codes 16 to 235, as most video has them: luma PSNR",
    FULL_RANGE: "Clips of video/test in codes 0 to 255: luma PSNR",
    CLIPPED: "Clips of video/test in codes 0 to 255, noisy samples clipped to 8 bits: luma PSNR",
    PICTURES: "Single pictures of BSD68, gray, temporal=false: PSNR",
    BLIND: "PSNR lost where the noise level is estimated instead of given, worst clip",
    ESTIMATE: "Error of the estimated level / the allowed error (10 %, at least 1 code), worst case",
    STILL: "A stream that shows a still photograph with noise",
    CUT: "PSNR of the first frame after a hard cut, compared with that frame at the start of a stream",
    PAN: "Horizontal pan by 1 to 12 pixels per frame: gain over temporal=false, worst speed",
    REAL: "Real noise, level estimated: gain over the input, and over filters at their best setting",
    PRECISION: "PSNR lost against float32, clips at sigma 30",
    COLOUR: "Colour, sigma 25 on all components: PSNR; chroma: over both colour differences",
    CAMERA: "A camera and an encoder, level estimated: luma PSNR, best told level of each clip",
    CENTRE: "A camera, level estimated, 8 frames of the centre 288x208 of three clips: luma PSNR",
    SCENES: "Scenes, level estimated: luma PSNR and brightness",
}


def at_sigma(section, sigmas, limits):
    return [Target(section, model, f"sigma {sigma}", ">=", limit)
            for model, row in limits.items() for sigma, limit in zip(sigmas, row)]


REAL_PSNR = {"fast": {"cc": 36.4}, "balanced": {"cc": 36.9, "lowlight-video": 39.7},
             "high": {"cc": 37.4, "lowlight-video": 40.2}}
NOT_WORSE = "polyu, worse than the noisy input"

TARGETS = [
    *at_sigma(CLIPS, (10, 30, 50), {"fast": (34.45, 29.45, 27.15), "balanced": (35.06, 30.15, 27.9),
                                    "high": (35.55, 30.6, 28.4)}),
    *at_sigma(PICTURES, (15, 25, 50), {"balanced": (30.99, 28.53, 25.62),
                                       "high": (31.41, 28.98, 26.11)}),
    *(Target(BLIND, model, "sigma 30", "<=", 0.2) for model in MODELS),
    *(Target(ESTIMATE, "balanced", content, "<=", 1, "") for content in ("photographs", "clips")),
    *(target for model in MODELS
      for target in (Target(STILL, model, "frame 30 over frame 1", ">=", 4),
                     Target(STILL, model, "flicker / that of temporal=false", "<=", 1 / 3, ""))),
    *(Target(CUT, model, "difference", "<=", 0.1) for model in MODELS),
    *(Target(PAN, model, "gain", ">=", 1) for model in MODELS),
    *(target for model in MODELS for name in REAL_SETS
      for target in (Target(REAL, model, f"{name}, over the noisy input", ">=", 2),
                     *(Target(REAL, model, f"{name}, over {peer}", ">") for peer in PEERS))),
    *(Target(REAL, model, f"{name}, PSNR", *((">=", REAL_PSNR[model][name])
                                             if name in REAL_PSNR[model] else ("",)))
      for model in MODELS for name in REAL_SETS),
    *(Target(REAL, model, NOT_WORSE, "<=", 0, "pictures") for model in MODELS),
]

class Colour(typing.NamedTuple):
    pictures: str
    pixels: str
    chroma: bool = False  # measured instead of luma
    clipped: bool = True  # the noisy samples, to 8 bits

    @property
    def name(self):
        pixels = "RGB" if self.pixels == "BGR" else (
            self.pixels + (" chroma" if self.chroma else " luma"))
        return f"{self.pictures}, {pixels}{'' if self.clipped else ', not clipped'}"


CBSD68 = Colour("CBSD68", "BGR")
# These have no target.
COLOURS = [Colour("CBSD68", "BGR", clipped=False), Colour("Kodak24", "BGR"),
           *(Colour("Kodak24", name, chroma) for name in ("I420", "Y42B", "Y444")
             for chroma in (False, True))]


TARGETS += [Target(section, model, f"sigma {sigma}", "") for section in (FULL_RANGE, CLIPPED)
            for model in MODELS for sigma in (10, 30, 50)]
TARGETS += [Target(COLOUR, model, CBSD68.name, *((">=", 30.0) if model == "balanced" else ("",)))
            for model in MODELS]
TARGETS += [Target(COLOUR, model, colour.name, "") for model in MODELS for colour in COLOURS]

# These are measured only without --short.
MORE = [
    *(Target(BLIND, model, f"sigma {sigma}", "<=", 0.2) for model in MODELS for sigma in (10, 50)),
    *(Target(PRECISION, model, name, "<=", 0.1) for model in MODELS for name in ("bfloat16", "int8")),
]

# Footage: the cells of the camera's table, with --short and without.
SHORT_CAMERA = (6400,), ("raw", "x264:23", "mjpeg:6")
CAMERA_CELLS = (1600, 6400, 25600), ("raw", "x264:18", "x264:23", "x264:28", "x265:28", "mjpeg:4",
                                     "mjpeg:8")
CODERS = {"x264": "x264 CRF", "x265": "x265 CRF", "mjpeg": "MJPEG"}

# The PSNR of V-BM3D and FFDNet, told the true deviation, on the centre of these clips.
CENTRE_CLIPS = ("davis_breakdance", "davis_kite-surf", "derf_foreman_cif")
CENTRES = {
    (3200, "raw"): (37.64, 37.34), (3200, "mjpeg:5"): (36.91, 36.76),
    (3200, "x264:23"): (35.70, 35.76), (12800, "raw"): (31.27, 30.72),
    (12800, "mjpeg:5"): (31.26, 30.78), (12800, "x264:23"): (31.39, 31.05),
}

# Scenes by what is asked of them, in dB and in codes.
BELOW_TOLD = {"plain": 0.2, "black bars": 0.2, "noise in the lower half": 0.2,
              "every frame twice": 0.2, "fade to black": 0.2, "after a flash": 0.2,
              "rolling lamp": 0.2, "noise of rows": 0.2}
JUMP = "noise jumps from 4 to 20"
BELOW_TOLD_AFTER_JUMP = 0.5
LOCAL = ("its clean upper half", "photon noise")
WITHOUT = ("black bars", "noise in the lower half", "every frame twice", "after a flash",
           "rolling lamp")
BRIGHTNESS = ("plain", "fade to black", "after a flash", "rolling lamp")
LEAST_PSNR = {"its clean upper half": 55, "clean": 65, "scrolling text": 54}
LEAST_PSNR_OF_FAST = {**LEAST_PSNR, "scrolling text": 46}


def cell_name(iso, coding):
    name, _, quality = coding.partition(":")
    return f"ISO {iso}, " + (f"{CODERS[name]} {quality}" if quality else "not coded")


def camera_targets(model, cells):
    isos, codings = cells
    for cell in (cell_name(iso, coding) for iso in isos for coding in codings):
        yield Target(CAMERA, model, f"{cell}, below told", "<=", 0.3 if model == "fast" else 0.2)
        yield Target(CAMERA, model, f"{cell}, below told, worst clip",
                     "" if model == "fast" else "<=", 0.5)
        if model == "balanced":
            yield Target(CAMERA, model, f"{cell}, over the best filter", ">")


def scene_targets(model):
    for scene, limit in BELOW_TOLD.items():
        yield Target(SCENES, model, f"{scene}, below told", "<=", limit)
    yield Target(SCENES, model, f"{JUMP}, below told, worst frame", "<=", BELOW_TOLD_AFTER_JUMP)
    for scene in LOCAL:
        yield Target(SCENES, model, f"{scene}, over told", ">")
    for scene in WITHOUT:
        yield Target(SCENES, model, f"{scene}, below without", "<=", 0.2)
        yield Target(SCENES, model, f"{scene}, below without, worst clip", "<=", 0.5)
    for scene in BRIGHTNESS:
        yield Target(SCENES, model, f"{scene}, brightness off by", "<=", 0.5, "codes")
    for scene, limit in (LEAST_PSNR_OF_FAST if model == "fast" else LEAST_PSNR).items():
        yield Target(SCENES, model, f"{scene}, PSNR", ">=", limit)


def footage_targets(short):
    models = ("balanced",) if short else MODELS
    return [*(target for model in models
              for target in camera_targets(model, SHORT_CAMERA if short else CAMERA_CELLS)),
            *(Target(CENTRE, "balanced", cell_name(*cell), ">", max(psnr))
              for cell, psnr in CENTRES.items()),
            *(target for model in models for target in scene_targets(model))]


def read_eval(path):
    """Returns the PSNR in a CSV of denoiseae-eval, by noise, method and picture. The picture "mean"
    stands for the mean over all."""
    result = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            methods = result.setdefault(row["noise"], {})
            methods.setdefault(row["method"], {})[row["picture"]] = float(row["psnr"])
    return result


def only_model(methods):
    """Returns the PSNR of the one model among the methods, which also hold the noisy input."""
    (name,) = set(methods) - {"noisy"}
    return methods[name]
