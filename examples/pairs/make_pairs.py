#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes training pairs of a still scene that a camera on a tripod has filmed.

    ./dev run examples/pairs/make_pairs.py FILM_OR_FOLDER PAIRS

The truth is the mean of all frames, whose noise is weaker by the square root of their number. Frames that are a little
off are aligned first. The program checks what would spoil the truth: things that moved, light that changed, a camera
that denoises by itself, codes that are clipped. It writes PAIRS/NAME-NUMBER_noisy.png and _clean.png, as the data set
"pairs" of denoiseae-train takes them. docs/training.md has a whole example.
"""

import argparse
import glob
import pathlib
import sys

import cv2
import numpy as np

MIN_FRAMES = 16
# Below this many pixels interpolation would cost more than it aligns.
STILL = 0.05
MAX_SHIFT = 8.0
MAX_FLICKER = 0.05
MAX_CORRELATION = 0.15
MAX_CLIPPED = 0.02
# Means of blocks of this many pixels on a side tell what moved, because noise hardly changes them.
BLOCK = 8
MAX_MOVED = 0.02
MIN_NOISE = 0.3
MIN_SIDE = 32


class Failure(Exception):
    """Says what is wrong with the footage, and what to do."""


def read_frames(source, limit):
    """Returns float32 frames, BGR or gray."""
    frames = []
    if source.is_dir():
        paths = sorted(path for path in source.iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".tif", ".tiff"))
        frames = [cv2.imread(str(path), cv2.IMREAD_ANYCOLOR) for path in paths[:limit]]
    else:
        film = cv2.VideoCapture(str(source))
        while len(frames) < limit:
            good, frame = film.read()
            if not good:
                break
            frames.append(frame)
    if len(frames) < MIN_FRAMES or any(frame is None for frame in frames):
        raise Failure(f"{source} has {len(frames)} frames that can be read, expected at least {MIN_FRAMES}; 50 are good")
    if any(frame.shape != frames[0].shape for frame in frames) or min(frames[0].shape[:2]) < MIN_SIDE:
        raise Failure(f"{source} has frames of several sizes, or of less than {MIN_SIDE} pixels")
    return [frame.astype(np.float32) for frame in frames]


def gray(frame):
    return frame if frame.ndim == 2 else cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)


def shifted(frame, shift):
    """Moves a picture to the right and down by parts of a pixel."""
    matrix = np.float32([[1, 0, shift[0]], [0, 1, shift[1]]])
    return cv2.warpAffine(frame, matrix, frame.shape[1::-1], flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)


def shift_between(frame, reference):
    """Returns how far a frame lies to the right and below the reference, in pixels."""
    matrix = np.float32([[1, 0, 0], [0, 1, 0]])
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 100, 1e-5)
    try:
        _, matrix = cv2.findTransformECC(gray(reference), gray(frame), matrix, cv2.MOTION_TRANSLATION, criteria, None, 5)
    except cv2.error as error:
        raise Failure("a frame cannot be aligned with the others; is the scene too flat, or the camera not still?"
                      ) from error
    return matrix[:, 2]


def block_means(frame):
    height, width = (side // BLOCK * BLOCK for side in frame.shape[:2])
    return gray(frame)[:height, :width].reshape(height // BLOCK, BLOCK, -1, BLOCK).mean(axis=(1, 3))


class Scene:
    """The frames, aligned and equally bright, and their mean."""

    def __init__(self, frames):
        self.frames = frames
        reference = np.mean(frames[:8], axis=0)
        self.shifts = [shift_between(frame, reference) for frame in frames]
        self.shift = max(float(np.abs(shift).max()) for shift in self.shifts)
        if self.shift <= STILL:
            self.shifts = [np.zeros(2, np.float32)] * len(frames)
        levels = np.array([frame.mean() for frame in frames])
        self.gains = levels / levels.mean()
        self.flicker = float(np.abs(self.gains - 1).max())
        self.aligned = [shifted(frame, -shift) / gain if shift.any() else frame / gain
                        for frame, shift, gain in zip(frames, self.shifts, self.gains)]
        self.mean = np.mean(self.aligned, axis=0)
        residuals = [gray(frame - self.mean) for frame in self.aligned]
        variance = float(np.mean(np.square(residuals)))
        self.noise = float(np.sqrt(np.mean([np.square(frame - self.mean).mean() for frame in self.aligned])))
        pairs = sum(float((a * b).mean()) for a, b in zip(residuals, residuals[1:])) / (len(frames) - 1)
        # The mean holds a part of each residual, which makes them look opposed to each other.
        self.correlation = pairs / max(variance, 1e-6) + 1 / (len(frames) - 1)
        self.clipped = float(np.mean([((frame <= 0) | (frame >= 255)).mean() for frame in frames]))
        deviation = np.std([block_means(frame) for frame in self.aligned], axis=0)
        self.moved = float((deviation > 3 * np.median(deviation) + 0.5).mean())

    def check(self):
        if self.shift > MAX_SHIFT:
            raise Failure(f"the camera moved by {self.shift:.1f} pixels, expected at most {MAX_SHIFT:.0f}; use a tripod")
        if self.flicker > MAX_FLICKER:
            raise Failure(f"the brightness changed by {100 * self.flicker:.0f} %, expected at most "
                          f"{100 * MAX_FLICKER:.0f} %; switch automatic exposure off, and take steady light")
        if self.moved > MAX_MOVED:
            raise Failure(f"{100 * self.moved:.0f} % of the picture moved, expected at most {100 * MAX_MOVED:.0f} %; "
                          "film a scene where nothing moves")
        if self.correlation > MAX_CORRELATION:
            raise Failure(f"the noise is not new in each frame (correlation {self.correlation:.2f}, expected at most "
                          f"{MAX_CORRELATION}): the mean of such frames keeps noise; switch the camera's noise "
                          "reduction off")
        if self.clipped > MAX_CLIPPED:
            raise Failure(f"{100 * self.clipped:.0f} % of the codes are black or white, where the mean is wrong, "
                          f"expected at most {100 * MAX_CLIPPED:.0f} %; expose so that fewer are")
        if self.noise < MIN_NOISE:
            raise Failure(f"the frames have hardly any noise ({self.noise:.2f} codes, expected at least {MIN_NOISE}); "
                          "there is nothing to learn from them")

    def truth(self, number):
        """The mean, as bright as a frame and where that one is."""
        clean = shifted(self.mean, self.shifts[number]) if self.shifts[number].any() else self.mean
        return clean * self.gains[number]


def write(path, frame):
    if not cv2.imwrite(str(path), np.clip(np.rint(frame), 0, 255).astype(np.uint8)):
        raise Failure(f"{path} cannot be written; is the disk full?")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=pathlib.Path, help="a film, or a folder of frames")
    parser.add_argument("pairs", type=pathlib.Path, help="folder for the pairs, which may have some already")
    parser.add_argument("--frames", type=int, default=50, help="read at most so many (50)")
    parser.add_argument("--noisy", type=int, default=8, help="write so many of them as noisy versions (8)")
    options = parser.parse_args()
    if options.frames < MIN_FRAMES or options.noisy < 1:
        parser.error(f"--frames is at least {MIN_FRAMES}, and --noisy at least 1")
    stem = options.source.resolve().stem
    if list(options.pairs.glob(f"{glob.escape(stem)}-*_noisy.png")):
        raise Failure(f"{options.pairs} has pairs of {stem} already; rename the film, or remove them")
    scene = Scene(read_frames(options.source, options.frames))
    scene.check()
    options.pairs.mkdir(parents=True, exist_ok=True)
    count = min(options.noisy, len(scene.frames))
    for i in range(count):
        number = i * len(scene.frames) // count
        name = f"{stem}-{number:03}"
        write(options.pairs / f"{name}_noisy.png", scene.frames[number])
        write(options.pairs / f"{name}_clean.png", scene.truth(number))
    print(f"frames {len(scene.frames)}\nlargest shift {scene.shift:.2f} px\nbrightness within "
          f"{100 * scene.flicker:.2f} %\nnoise {scene.noise:.2f} codes\nnoise of the truth "
          f"{scene.noise / np.sqrt(len(scene.frames)):.2f} codes\npairs {count} in {options.pairs}")


if __name__ == "__main__":
    try:
        main()
    except (Failure, OSError) as error:
        sys.exit(f"make_pairs: {error}")
