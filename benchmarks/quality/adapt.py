#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Measures what `denoiseae-train adapt` gains on a camera whose noise no preset has.

The clips of DATA/video/train get the noise of a made-up camera, and a model is fitted to them without the clean
frames. The clips of DATA/video/test, with noise of the same camera, are then denoised by the model as it was and as it
is now. The camera's noise runs along the rows, as that of analogue cameras does: neighbours in a row are alike, those in
a column are not; it is stronger in the dark, and colour has coarser and stronger noise.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import cv2
import numpy as np

import denoiseae


def unit(noise):
    return noise / noise.std()


def camera(frame, random, deviation):
    """Adds the noise of one frame."""
    height, width = frame.shape[:2]
    luma = unit(cv2.GaussianBlur(random.normal(size=(height, width)), (0, 0), sigmaX=1.6, sigmaY=0.01))
    colour = np.stack([unit(cv2.GaussianBlur(random.normal(size=(height, width)), (0, 0), sigmaX=4, sigmaY=0.01))
                       for _ in range(3)], axis=2)
    brightness = cv2.GaussianBlur(frame, (0, 0), 2).astype(float) / 255
    strength = deviation * (1.25 - 0.5 * brightness)
    noisy = frame + strength * (luma[..., None] + 0.8 * (colour - colour.mean(axis=2, keepdims=True)))
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def read_clip(folder):
    return [cv2.imread(str(path)) for path in sorted(folder.iterdir())]


def psnr(a, b):
    """Of luma, in dB."""
    y = [cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(float) for frame in (a, b)]
    return 10 * np.log10(255 ** 2 / np.square(y[0] - y[1]).mean())


def measure(weights, clean, noisy):
    """The mean PSNR of the frames of a clip."""
    denoiser = denoiseae.Denoiser(str(weights))
    return np.mean([psnr(denoiser(np.ascontiguousarray(frame[..., ::-1]))[..., ::-1], truth)
                    for frame, truth in zip(noisy, clean)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path, help="folder that holds video/test")
    parser.add_argument("--model", default="balanced")
    parser.add_argument("--deviation", type=float, default=14, help="of the noise of mid-gray, in codes (14)")
    parser.add_argument("--out", type=pathlib.Path, help="run folder to keep")
    options, more = parser.parse_known_args()
    random = np.random.default_rng(7)
    seen, held_back = ([clip for clip in sorted((options.data / "video" / part).iterdir()) if clip.is_dir()]
                       for part in ("train", "test"))
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        for clip in seen:
            folder = scratch / "footage" / clip.name
            folder.mkdir(parents=True)
            for number, frame in enumerate(read_clip(clip)):
                path = folder / f"{number:05}.png"
                cv2.imwrite(str(path), camera(frame, random, options.deviation))
        run = options.out or scratch / "run"
        subprocess.run(["denoiseae-train", "adapt", scratch / "footage", "--model", options.model, "--out", run,
                        *more], check=True)
        print("| clip | noisy | as it was | fitted |\n|---|---|---|---|")
        rows = []
        for clip in held_back:
            clean = read_clip(clip)
            noisy = [camera(frame, random, options.deviation) for frame in clean]
            rows.append([np.mean([psnr(a, b) for a, b in zip(clean, noisy)]), measure(options.model, clean, noisy),
                         measure(run / "best.safetensors", clean, noisy)])
            print(f"| {clip.name} | " + " | ".join(f"{value:.2f}" for value in rows[-1]) + " |")
        print("| mean | " + " | ".join(f"{value:.2f}" for value in np.mean(rows, axis=0)) + " |")


if __name__ == "__main__":
    sys.exit(main())
