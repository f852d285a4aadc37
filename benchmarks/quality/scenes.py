# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes clips from photographs, as the folders of frames that denoiseae-eval reads."""

import pathlib

import cv2
import numpy


class SceneError(Exception):
    pass


def read_picture(path, flags=cv2.IMREAD_COLOR):
    pixels = cv2.imread(str(path), flags)
    if pixels is None:
        raise SceneError(f"{path} is no picture")
    return pixels


def read_gray(path):
    return read_picture(path, cv2.IMREAD_GRAYSCALE)


def write_picture(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not cv2.imwrite(str(path), pixels):
        raise SceneError(f"cannot write {path}; is the disk full?")


def repeat(picture, folder, frames, first=0):
    """Makes a clip that shows one file many times, by links."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(first, first + frames):
        link = folder / f"{number:05}{pathlib.Path(picture).suffix}"
        link.symlink_to(pathlib.Path(picture).resolve())


def pan(picture, folder, frames, speed_px, width_px):
    """Makes a clip in which a window of full height moves to the right by whole pixels."""
    pixels = read_picture(picture)
    if speed_px * (frames - 1) + width_px > pixels.shape[1]:
        raise SceneError(f"{picture} is too narrow for a pan of {speed_px} pixels per frame")
    for number in range(frames):
        left = number * speed_px
        write_picture(folder / f"{number:05}.png", pixels[:, left:left + width_px])


def cut(pair, folder, number, frames, joined):
    """Shows two pictures one after the other in one clip (joined), or each in a clip of its own. The
    second picture has the same number in the set either way, and so gets the same noise."""
    before, after = pair
    repeat(before, folder / f"{number:02}a", frames)
    if joined:
        repeat(after, folder / f"{number:02}a", 1, frames)
    else:
        repeat(after, folder / f"{number:02}b", 1)


def flicker(folder, first):
    """Returns the standard deviation over time of a clip in which nothing moves, as root mean square
    over the pixels, in code values. The frames before first do not count."""
    frames = [read_gray(path).astype(float)
              for path in sorted(folder.iterdir())[first:]]
    return float(numpy.sqrt(numpy.var(frames, axis=0).mean()))


def psnr(a, b):
    error = numpy.mean((a.astype(float) - b) ** 2)
    return float("inf") if error == 0 else float(10 * numpy.log10(255 ** 2 / error))


def with_noise(frames, sigma):
    """Adds Gaussian noise, rounds and clips. Frame n gets the same noise in every call."""
    noisy = [numpy.random.default_rng(number).normal(frame, sigma)
             for number, frame in enumerate(frames)]
    return numpy.clip(numpy.rint(noisy), 0, 255).astype(numpy.uint8)
