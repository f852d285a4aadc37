#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures the shipped models against their targets (targets.py)."""

import argparse
import functools
import pathlib
import subprocess
import sys
import tempfile

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import element
import figures
import footage
import footage_pictures
import footage_report
import page
import peers
import scenes
import targets
import verdicts
from verdicts import Measured

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
FOLDERS = ("video/test", "photos/test/BSD68", "photos/test/CBSD68", "photos/test/Kodak24",
           "real-noise/cc", "real-noise/lowlight-video", "real-noise/polyu")

STILL_FRAMES = 40
SETTLED = 29  # the frame that is compared with the first; flicker is measured from it on
CUT_FRAMES = 10
PAN_FRAMES = 16
PAN_WIDTH = 320
PAN_SPEEDS = range(1, 13)
ESTIMATE_FRAMES = 10
LEVEL = "gaussian:25"


class Measurement:
    """Measures one model, in a folder of its own."""

    def __init__(self, options, model, weights, scratch):
        self.options = options
        self.model = model
        self.weights = weights
        self.scratch = scratch / model
        self.scratch.mkdir()
        self.tables = options.out / model
        self.tables.mkdir(parents=True, exist_ok=True)

    def evaluate(self, name, data, noises, *arguments):
        """Returns denoiseae-eval's PSNR by noise, method and picture."""
        table = self.tables / f"{name}.csv"
        noise = [part for kind in noises for part in ("--noise", kind)]
        run("denoiseae-eval", "--model", self.weights, "--precision", self.options.precision, "--data",
            data, *noise, *arguments, "--csv", table)
        return targets.read_eval(table)

    def denoised(self, frames):
        return element.denoised(frames, self.weights, self.options.precision)

    def methods(self, methods):
        """Returns the names of a recurrent model with temporal=true and with false, else the one name
        twice."""
        names = [name for name in methods if name != "noisy"]
        return names[0], names[-1]

    def photos(self, short, full):
        return self.options.photos[:short if self.options.short else full]

    def clips(self):
        for section, name, *arguments in (
                (targets.CLIPS, "limited", "--range", "limited"),
                (targets.FULL_RANGE, "full", "--range", "full"),
                (targets.CLIPPED, "clipped", "--range", "full", "--clip")):
            found = self.evaluate(f"clips-{name}", self.options.data / "video/test",
                                  [f"gaussian:{sigma}" for sigma in (10, 30, 50)], *arguments)
            for sigma in (10, 30, 50):
                psnr = targets.only_model(found[f"gaussian:{sigma}"])
                worst = min((name for name in psnr if name != "mean"), key=psnr.get)
                yield (section, f"sigma {sigma}"), Measured(
                    psnr["mean"], f"lowest {psnr[worst]:.2f} on {worst}")

    def bsd68(self):
        if self.model not in ("balanced", "high"):
            return
        sigmas = (15, 25, 50)
        found = self.evaluate("bsd68", self.options.data / "photos/test/BSD68",
                              [f"gaussian:{sigma}" for sigma in sigmas], "--temporal", "false")
        for sigma in sigmas:
            psnr = targets.only_model(found[f"gaussian:{sigma}"])
            yield (targets.PICTURES, f"sigma {sigma}"), Measured(psnr["mean"])

    def blind(self):
        sigmas = (30,) if self.options.short else (10, 30, 50)
        noises = [f"gaussian:{sigma}" for sigma in sigmas]
        data = self.options.data / "video/test"
        told = self.evaluate("told", data, noises, "--clip")
        blind = self.evaluate("blind", data, noises, "--clip", "--noise-level", "blind")
        for sigma, noise in zip(sigmas, noises):
            ours, given = targets.only_model(blind[noise]), targets.only_model(told[noise])
            loss = {name: given[name] - ours[name] for name in given if name != "mean"}
            worst = max(loss, key=loss.get)
            yield (targets.BLIND, f"sigma {sigma}"), Measured(loss[worst], worst)

    def still(self):
        data = self.scratch / "still"
        for picture in self.photos(2, 8):
            scenes.repeat(picture, data / picture.stem, STILL_FRAMES)
        frames = self.scratch / "still-out"
        found = self.evaluate("still", data, [LEVEL], "--gray", "--temporal", "both", "--per-frame",
                              "--write-frames", frames)[LEVEL]
        past, alone = self.methods(found)
        gains, ratios = {}, {}
        for clip in sorted(path.name for path in data.iterdir()):
            psnr = [value for name, value in sorted(found[past].items())
                    if name.startswith(clip + "/")]
            gains[clip] = psnr[SETTLED] - psnr[0]
            ratios[clip] = (scenes.flicker(frames / past / clip, SETTLED) /
                            scenes.flicker(frames / alone / clip, SETTLED))
        worst = min(gains, key=gains.get)
        yield (targets.STILL, "frame 30 over frame 1"), Measured(gains[worst], f"worst: {worst}")
        worst = max(ratios, key=ratios.get)
        yield (targets.STILL, "flicker / that of temporal=false"), Measured(
            ratios[worst], f"worst: {worst}")

    def cut(self):
        pictures = self.photos(6, 24)
        pairs = list(zip(pictures[0::2], pictures[1::2]))
        values = {}
        for joined in (True, False):
            data = self.scratch / f"cut-{joined}"
            for number, pair in enumerate(pairs):
                scenes.cut(pair, data, number, CUT_FRAMES, joined)
            found = self.evaluate(f"cut-{joined}", data, [LEVEL], "--kind", "frames", "--per-frame")
            values[joined] = targets.only_model(found[LEVEL])
        loss = {}
        for number, (before, after) in enumerate(pairs):
            joined = values[True][f"{number:02}a/{CUT_FRAMES:05}{after.suffix}"]
            loss[f"{before.stem} to {after.stem}"] = values[False][f"{number:02}b"] - joined
        worst = max(loss, key=lambda name: abs(loss[name]))
        yield (targets.CUT, "difference"), Measured(abs(loss[worst]), f"{loss[worst]:+.2f} {worst}")

    def pan(self):
        data = self.scratch / "pan"
        pictures = self.photos(1, 6)
        for picture in pictures:
            for speed in PAN_SPEEDS:
                scenes.pan(picture, data / f"{speed:02}-{picture.stem}", PAN_FRAMES, speed, PAN_WIDTH)
        found = self.evaluate("pan", data, [LEVEL], "--temporal", "both")[LEVEL]
        past, alone = self.methods(found)
        gains = {speed: numpy.mean([found[past][f"{speed:02}-{picture.stem}"] -
                                    found[alone][f"{speed:02}-{picture.stem}"]
                                    for picture in pictures]) for speed in PAN_SPEEDS}
        worst = min(gains, key=gains.get)
        yield (targets.PAN, "gain"), Measured(gains[worst], f"at {worst} pixels per frame, mean of "
                                              f"{PAN_FRAMES} frames; mean of all speeds "
                                              f"{numpy.mean(list(gains.values())):.2f}")

    def estimate(self):
        """Divides the error of the level after some frames by the allowed error."""
        if self.model != "balanced":
            return
        sigmas = (3, 10, 25, 50) if self.options.short else (3, 5, 10, 15, 20, 25, 30, 40, 50)
        stills = {path.stem: [path] * ESTIMATE_FRAMES for path in self.photos(4, 24)}
        clips = clip_files(self.options.data, ESTIMATE_FRAMES)
        for content, streams in (("photographs", stills), ("clips", clips)):
            errors = {}
            for name, files in streams.items():
                clean = gray_frames(files)
                for sigma in sigmas:
                    level = self.denoised(scenes.with_noise(clean, sigma))[1][-1]
                    key = f"{name}: {level:.1f} for {sigma}"
                    errors[key] = abs(level - sigma) / max(1, 0.1 * sigma)
            worst = max(errors, key=errors.get)
            good = sum(error <= 1 for error in errors.values())
            yield (targets.ESTIMATE, content), Measured(
                errors[worst], f"{worst}; {good} of {len(errors)} within")

    def real(self):
        for name in targets.REAL_SETS:
            clean, noisy, is_stream = real_set(self.options.data, name)
            streams = [noisy] if is_stream else [frame[None] for frame in noisy]
            made = numpy.concatenate([self.denoised(stream)[0] for stream in streams])
            ours = mean_psnr(clean, made)
            before = mean_psnr(clean, noisy)
            yield (targets.REAL, f"{name}, over the noisy input"), Measured(
                ours - before, f"{before:.2f} to {ours:.2f}")
            for peer, (psnr, setting) in best_peers(
                    self.options.data, name, self.options.short).items():
                yield (targets.REAL, f"{name}, over {peer}"), Measured(
                    ours - psnr, f"{psnr:.2f} at strength {setting}")

            yield (targets.REAL, f"{name}, PSNR"), Measured(ours)
        clean, noisy, _ = real_set(self.options.data, "polyu")
        losses = [scenes.psnr(target, frame) - scenes.psnr(
            target, self.denoised(frame[None])[0][0])
            for target, frame in zip(clean, noisy)]
        yield (targets.REAL, targets.NOT_WORSE), Measured(
            sum(loss > 0 for loss in losses), f"of {len(losses)}; smallest gain {-max(losses):.2f} dB")

    def colour(self):
        for colour in (targets.CBSD68, *targets.COLOURS):
            found = self.evaluate(colour.name.replace(", ", "-").replace(" ", "-"),
                                  self.options.data / "photos/test" / colour.pictures, [LEVEL],
                                  "--temporal", "false", "--format", colour.pixels,
                                  *(["--clip"] if colour.clipped else []),
                                  *(["--chroma"] if colour.chroma else []),
                                  *(["--limit", 12] if self.options.short else []))[LEVEL]
            yield (targets.COLOUR, colour.name), Measured(
                targets.only_model(found)["mean"], f"noisy {found['noisy']['mean']:.2f}")

    def precision(self):
        """Measures the engine that the element chooses, in each precision that the machine and the
        model have."""
        if self.options.short:
            return
        psnr = {}
        for precision in ("float32", "bfloat16", "int8"):
            try:
                psnr[precision] = numpy.mean([
                    mean_psnr(clean, element.denoised(noisy, self.weights, precision)[0])
                    for clean, noisy in gray_clips(self.options.data, 30)])
            except element.ElementError as error:
                print(f"quality: {self.model} in {precision}: {error}", file=sys.stderr)
        for precision in ("bfloat16", "int8"):
            if precision in psnr:
                yield (targets.PRECISION, precision), Measured(
                    psnr["float32"] - psnr[precision], f"{psnr['float32']:.2f} in float32")

    def pictures(self):
        """Returns the mean PSNR by set and sigma. It has no target."""
        found = {}
        for name in page.SETS:
            sets = self.evaluate(name, self.options.data / "photos/test" / name,
                                 [f"gaussian:{sigma}" for sigma in page.SIGMAS], "--temporal",
                                 "false")
            for sigma in page.SIGMAS:
                found[name, sigma] = targets.only_model(sets[f"gaussian:{sigma}"])["mean"]
        return found


def run(*command):
    print("quality:", *command, file=sys.stderr)
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def mean_psnr(clean, made):
    return float(numpy.mean([scenes.psnr(a, b) for a, b in zip(clean, made)]))


def clip_files(data, frames=None):
    """Returns the files of the first frames of each clip, by the name of the clip."""
    return {path.name: sorted(path.iterdir())[:frames]
            for path in sorted((data / "video/test").iterdir()) if path.is_dir()}


def gray_frames(files):
    return element.aligned(numpy.array([scenes.read_gray(file) for file in files]))


def gray_clips(data, sigma):
    for files in clip_files(data).values():
        clean = gray_frames(files)
        yield clean, scenes.with_noise(clean, sigma)


@functools.cache
def real_set(data, name):
    """Returns the clean and the noisy pictures of a set, and whether they are frames of a stream."""
    files = sorted((data / "real-noise" / name).glob("*_noisy.*"))
    noisy = numpy.array([scenes.read_picture(file) for file in files])
    clean = numpy.array([scenes.read_picture(str(file).replace("_noisy.", "_clean."))
                         for file in files])
    return clean, noisy, name == "lowlight-video"


@functools.cache
def best_peers(data, name, short):
    print(f"quality: FFmpeg's filters on {name}", file=sys.stderr)
    return peers.best(*real_set(data, name), short)


def weights_of(options):
    """Returns the path of the weights by model, or None where the model does not exist."""
    given = dict(text.split("=", 1) for text in options.weights)
    result = {}
    for model in targets.MODELS:
        path = pathlib.Path(given.pop(model, ROOT / "models" / model / "weights.safetensors"))
        result[model] = path if path.is_file() else None
    if given:
        raise scenes.SceneError(f"--weights names {', '.join(given)}; known: "
                                f"{', '.join(targets.MODELS)}")
    return result


def measure(options, all_weights, scratch):
    measured, pictures = {}, {}
    for model, weights in all_weights.items():
        if weights is None:
            continue
        this = Measurement(options, model, weights, scratch)
        for part in (this.clips, this.bsd68, this.blind, this.still, this.cut, this.pan,
                     this.estimate, this.real, this.precision, this.colour):
            for (section, what), value in part():
                measured[section, model, what] = value
        if not options.short:
            pictures[model] = this.pictures()
    return measured, pictures


def measure_footage(options, all_weights):
    """Returns the values, the tables by their titles, and the measurement."""
    kept = figures.Figures(options.out / "footage.jsonl")
    measurement = footage.Footage(options, all_weights, kept)
    return *footage_report.report(measurement), measurement


def read_options():
    parser = argparse.ArgumentParser(prog="./dev quality", description=__doc__)
    parser.add_argument("data", type=pathlib.Path, nargs="?", default=DATA,
                        help="folder that holds video/test, photos/test and real-noise; default: "
                        "../shared/data beside the tree")
    parser.add_argument("--short", action="store_true",
                        help="fewer photographs, levels, cameras and models, and no page; 20 minutes "
                        "instead of hours")
    parser.add_argument("--footage", action="store_true",
                        help="measure cameras and scenes alone; the page keeps its other parts")
    parser.add_argument("--page", action="store_true",
                        help="write docs/quality.md with --short, too")
    parser.add_argument("--weights", action="append", default=[], metavar="MODEL=FILE",
                        help="measure these weights as fast, balanced or high; repeat for more")
    parser.add_argument("--precision", choices=("auto", "float32", "bfloat16", "int8"), default="auto",
                        help="number format to measure in; default: auto")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "out" / "quality",
                        help="for CSV files, and for the figures of footage that are kept; default: "
                        "out/quality")
    options = parser.parse_args()
    for folder in FOLDERS[:1] if options.footage else FOLDERS:
        if not (options.data / folder).is_dir():
            parser.error(f"{options.data} has no folder {folder}; name the folder of the data")
    options.photos = sorted((options.data / "photos/test/Kodak24").glob("*.png"))
    options.out.mkdir(parents=True, exist_ok=True)
    return options


def write_page(options, rows, pictures, tables, measurement):
    shown = []
    if "balanced" in measurement.models:
        shown = list(footage_pictures.make(ROOT / "docs" / page.FOLDER, measurement.clips,
                                           measurement.weights["balanced"]))
    path = ROOT / "docs" / "quality.md"
    text = page.text(rows, pictures, tables, shown)
    path.write_text(page.merged(path.read_text(), text) if options.footage else text)


def main():
    options = read_options()
    all_weights = weights_of(options)
    measured, pictures, wanted = {}, {}, []
    if not options.footage:
        wanted = targets.TARGETS if options.short else [*targets.TARGETS, *targets.MORE]
        with tempfile.TemporaryDirectory(dir=options.out) as scratch:
            measured, pictures = measure(options, all_weights, pathlib.Path(scratch))
    of_footage, tables, measurement = measure_footage(options, all_weights)
    rows = verdicts.judge([*wanted, *targets.footage_targets(options.short)],
                          {**measured, **of_footage})
    verdicts.write_csv(options.out / "results.csv", rows)
    if options.page or not options.short:
        write_page(options, rows, pictures, tables, measurement)
    print(verdicts.as_text(rows, targets.TITLES))


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(f"quality: {error.cmd[0]} failed; see its message above")
    except (element.ElementError, scenes.SceneError, OSError) as error:
        sys.exit(f"quality: {error}")
