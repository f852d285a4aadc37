#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows what models and settings make of a film: a picture of crops of one frame, one for each.

    ./dev run examples/compare/compare.py film.mp4 out.jpg --try balanced --try fast --try balanced,strength=1.5

Each --try is a model and any of strength, chroma_strength, noise_level, temporal=0 and sharpen. The frames before the
shown one are denoised, too, because the past helps. With --noise, synthetic noise of that level is added first, and
the PSNR of luma is told against the frame without it.
"""

import argparse
import sys

import cv2
import numpy as np

import denoiseae

TITLE_PX = 22


def read_frames(path, count):
    """Returns the first frames of a film as I420 in one array each."""
    film = cv2.VideoCapture(path)
    frames = []
    while len(frames) < count:
        found, bgr = film.read()
        if not found:
            break
        even = bgr[:bgr.shape[0] // 2 * 2, :bgr.shape[1] // 2 * 2]
        frames.append(cv2.cvtColor(even, cv2.COLOR_BGR2YUV_I420))
    if not frames:
        sys.exit(f"{path} has no frame that OpenCV can read; is it a film?")
    return frames


def parse_try(text):
    """Returns the model and the settings of a --try."""
    model, *settings = text.split(",")
    values = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        try:
            values[name.replace("-", "_")] = float(value)
        except ValueError:
            sys.exit(f"--try {text}: {setting} is not NAME=NUMBER")
    unknown = set(values) - {"strength", "chroma_strength", "noise_level", "temporal", "sharpen"}
    if unknown:
        sys.exit(f"--try {text}: unknown setting {', '.join(sorted(unknown))}; "
                 "known are strength, chroma_strength, noise_level, temporal and sharpen")
    return model, values


def denoised(frames, model, settings):
    """Returns the last of the frames, denoised."""
    settings = dict(settings)
    sharpen = settings.pop("sharpen", 0)
    if "temporal" in settings:
        settings["temporal"] = bool(settings["temporal"])
    denoiser = denoiseae.Denoiser(model, **settings)
    for frame in frames:
        result = denoiser(frame, format="I420")
    return denoiseae.sharpen(result, sharpen, format="I420") if sharpen else result


def tile(frame, crop, zoom, title):
    """Returns a crop of a frame with a title above it, as BGR."""
    x, y, width, height = crop
    picture = cv2.cvtColor(frame, cv2.COLOR_YUV2BGR_I420)[y:y + height, x:x + width]
    picture = cv2.resize(picture, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_NEAREST)
    head = np.full((TITLE_PX, picture.shape[1], 3), 32, np.uint8)
    cv2.putText(head, title, (4, TITLE_PX - 7), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
    return np.vstack([head, picture])


def parse_crop(text, frame):
    """Returns x, y, width and height; by default the middle of the frame."""
    height, width = frame.shape[0] // 3 * 2, frame.shape[1]
    if text is None:
        w, h = min(width, 240), min(height, 200)
        return (width - w) // 2, (height - h) // 2, w, h
    try:
        x, y, w, h = (int(word) for word in text.split(","))
    except ValueError:
        sys.exit(f"--crop {text} is not X,Y,WIDTH,HEIGHT")
    if x < 0 or y < 0 or w < 1 or h < 1 or x + w > width or y + h > height:
        sys.exit(f"--crop {text} lies outside the frame of {width}x{height}")
    return x, y, w, h


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("film")
    parser.add_argument("out", help="picture to write, .jpg or .png")
    parser.add_argument("--try", dest="tries", action="append", default=[], metavar="MODEL[,SETTING=VALUE...]",
                        help="may be given several times; default: fast, balanced")
    parser.add_argument("--frame", type=int, default=16, help="the frame to show, from 1 (default: 16)")
    parser.add_argument("--crop", metavar="X,Y,WIDTH,HEIGHT", help="part of the frame (default: the middle)")
    parser.add_argument("--zoom", type=int, default=1, help="enlarge the crops (default: 1)")
    parser.add_argument("--columns", type=int, default=3, help="crops beside each other (default: 3)")
    parser.add_argument("--noise", type=float, default=0, metavar="LEVEL",
                        help="add Gaussian noise of this standard deviation first")
    options = parser.parse_args()

    clean = read_frames(options.film, options.frame)
    crop = parse_crop(options.crop, clean[-1])
    noisy = clean
    if options.noise:
        noisy = [denoiseae.add_noise(frame, options.noise, frame_index=i, format="I420")
                 for i, frame in enumerate(clean)]

    def told(name, frame):
        if not options.noise:
            return name
        return f"{name}: {denoiseae.psnr(clean[-1], frame, format='I420'):.2f} dB"

    tiles = [tile(noisy[-1], crop, options.zoom, told("as it is", noisy[-1]))]
    for text in options.tries or ["fast", "balanced"]:
        frame = denoised(noisy, *parse_try(text))
        print(told(text, frame))
        tiles.append(tile(frame, crop, options.zoom, told(text, frame)))
    if options.noise:
        tiles.append(tile(clean[-1], crop, options.zoom, "without noise"))
    while len(tiles) % options.columns:
        tiles.append(np.full_like(tiles[0], 32))
    rows = [np.hstack(tiles[i:i + options.columns]) for i in range(0, len(tiles), options.columns)]
    if not cv2.imwrite(options.out, np.vstack(rows)):
        sys.exit(f"{options.out} cannot be written")


if __name__ == "__main__":
    try:
        main()
    except denoiseae.Error as error:
        sys.exit(f"compare.py: {error}")
