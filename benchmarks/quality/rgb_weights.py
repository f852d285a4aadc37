# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares weights of red, green and blue in the luma that networks see of RGB frames.

    ./dev run python3 benchmarks/quality/rgb_weights.py DATA [--model NAME]

The clips of DATA/video/test get noise, either independent in R, G and B, or in the planes Y, Cb and Cr of
BT.709, which were then converted to RGB. DATA/real-noise/cc has photographs with the noise of their
cameras. The column RGB denoises them as they are, and the others as Y444_12LE, converted there and back
with each of the weights. The element estimates the level. Prints PSNR in dB, of R, G and B / of the luma
of BT.709."""

import pathlib
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import element  # before cv2, as it asks
import camera
import colour
import footage
import scenes

SIGMAS = (15, 25)
SIZE, FRAMES, SETTLED = (288, 208), 10, 4
OFFSET = numpy.array([0, 2048, 2048])
NOISE = {"R, G, B": numpy.eye(3), "Y, Cb, Cr": numpy.linalg.inv(colour.luma_matrix("BT.709"))}


def codes(values, most=255):
    return numpy.clip(numpy.rint(values), 0, most)


def psnr(clean, made):
    errors = [numpy.mean((a - b) ** 2) for a, b in zip(clean, made)]
    return numpy.mean([10 * numpy.log10(255 ** 2 / error) for error in errors])


def quality(clean, made):
    """Returns the PSNR of R, G, B and of luma, of the last frames."""
    first = min(SETTLED, len(clean) - 1)
    luma = colour.luma_matrix("BT.709")[0]
    return (psnr(clean[first:], made[first:]),
            psnr([a @ luma for a in clean[first:]], [b @ luma for b in made[first:]]))


def with_noise(frames, sigma, to_rgb):
    random = numpy.random.default_rng(camera.SEED)
    return [codes(frame + random.normal(0, sigma, frame.shape) @ to_rgb.T) for frame in frames]


def through_rgb(noisy, settings):
    height, width = noisy[0].shape[:2]
    raw = [frame.astype(numpy.uint8).reshape(-1) for frame in noisy]
    made, _ = element.denoised_raw(raw, (width, height), "rgb", "sRGB", settings)
    return [frame.reshape(height, width, 3).astype(float) for frame in made]


def through_planes(noisy, weights, settings):
    height, width = noisy[0].shape[:2]
    matrix = colour.luma_matrix(weights) * 4095 / 255
    raw = [codes(frame @ matrix.T + OFFSET, 4095).astype("<u2").transpose(2, 0, 1).reshape(-1)
           for frame in noisy]
    made, _ = element.denoised_raw(raw, (width, height), "y444-12le", "1:4:0:0", settings)
    back = numpy.linalg.inv(matrix)
    return [codes((frame.reshape(3, height, width).transpose(1, 2, 0) - OFFSET) @ back.T)
            for frame in made]


def row_of(clean, noisy, model):
    settings = {"model": model}
    made = [noisy, through_rgb(noisy, settings)]
    made += [through_planes(noisy, weights, settings) for weights in colour.WEIGHTS]
    return [quality(clean, frames) for frames in made]


def photographs(folder):
    """Yields clean and noisy streams of one picture."""
    for file in sorted(folder.glob("*_noisy.*")):
        clean = str(file).replace("_noisy.", "_clean.")
        yield tuple([colour.rgb_centre(scenes.read_picture(path), (512, 512)).astype(float)]
                    for path in (clean, file))


def print_row(title, rows):
    means = numpy.mean(list(rows), axis=0)
    print(f"| {title} | " + " | ".join(f"{rgb:.2f} / {luma:.2f}" for rgb, luma in means) + " |",
          flush=True)


def main():
    options = colour.options_of(__doc__)
    clips = [[colour.rgb_centre(pixels, SIZE).astype(float) for pixels in clip.pictures]
             for clip in footage.read_clips(options.data, FRAMES)]
    print("| noise | input | RGB | " + " | ".join(colour.WEIGHTS) + " |")
    print("|---" * (3 + len(colour.WEIGHTS)) + "|")
    for where, to_rgb in NOISE.items():
        for sigma in SIGMAS:
            print_row(f"{sigma} in {where}", (row_of(clip, with_noise(clip, sigma, to_rgb),
                                                     options.model) for clip in clips))
    print_row("cameras", (row_of(clean, noisy, options.model)
                          for clean, noisy in photographs(options.data / "real-noise/cc")))


if __name__ == "__main__":
    main()
