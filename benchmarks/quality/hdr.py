# SPDX-License-Identifier: LGPL-2.1-or-later
"""Denoises clips as SDR, PQ and HLG with 10 bits, and prints mean luma PSNR in dB, and levels.

    ./dev run python3 benchmarks/quality/hdr.py DATA [--model NAME]

A camera with a sensor for each colour adds noise of light and of reading to the clips of DATA/video/test;
the same frames are then coded in three ways. PSNR is that of the codes. "noise" is its deviation where
the picture is darkest and brightest, a quarter each, and "estimated" the level of the element, both in
8-bit codes; "told" is the best of some levels for each clip."""

import pathlib
import sys

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

import element  # before cv2, as it asks
import camera
import colour
import footage

ISOS = (1600, 6400)
SIZE, FRAMES, SETTLED = (288, 208), 10, 4
LEVELS = (1.5, 3, 4.5, 6, 8, 11)
UNIT = 1023 / 255


def light_of(pictures, iso):
    """Returns clean and noisy frames in linear light."""
    random = numpy.random.default_rng(camera.SEED)
    full = camera.ELECTRONS * 100 / iso
    clean, noisy = [], []
    for pixels in pictures:
        light = (colour.rgb_centre(pixels, SIZE) / 255) ** camera.GAMMA
        seen = light * camera.EXPOSURE
        electrons = random.poisson(seen * full) + random.normal(0, camera.READ_NOISE, seen.shape)
        clean.append(light)
        noisy.append(electrons / full / camera.EXPOSURE)
    return clean, noisy


def luma(frame):
    return frame[:frame.size * 2 // 3].astype(float)


def psnr(clean, made):
    errors = [numpy.mean((luma(a) - luma(b)) ** 2) for a, b in zip(clean[SETTLED:], made[SETTLED:])]
    return float(numpy.mean([10 * numpy.log10(1023 ** 2 / error) for error in errors]))


def noise_in_quarters(clean, noisy):
    """Returns the deviation of the noise in the darkest and in the brightest quarter."""
    picture, noise = luma(clean[0]), luma(noisy[0]) - luma(clean[0])
    dark, bright = numpy.quantile(picture, (0.25, 0.75))
    return [float(noise[where].std() / UNIT) for where in (picture <= dark, picture >= bright)]


def row_of(pictures, iso, signal, model):
    clean, noisy = light_of(pictures, iso)
    size = clean[0].shape[1::-1]
    clean, noisy = ([signal.planes(light) for light in frames] for frames in (clean, noisy))

    def made(**settings):
        return element.denoised_raw(noisy, size, "i420-10le", signal.colorimetry,
                                    {"model": model, **settings})

    blind, levels = made()
    told = {level: psnr(clean, made(**{"noise-level": level})[0]) for level in LEVELS}
    best = max(told, key=told.get)
    return [psnr(clean, noisy), psnr(clean, blind), told[best], *noise_in_quarters(clean, noisy),
            levels[-1], best]


def main():
    options = colour.options_of(__doc__)
    clips = footage.read_clips(options.data, FRAMES)
    print("| | input | blind | told | noise, dark | noise, bright | estimated | told level |")
    print("|---|---|---|---|---|---|---|---|")
    for iso in ISOS:
        for name, signal in colour.SIGNALS.items():
            rows = [row_of(clip.pictures, iso, signal, options.model) for clip in clips]
            print(f"| ISO {iso}, {name} | " +
                  " | ".join(f"{value:.2f}" for value in numpy.mean(rows, axis=0)) + " |", flush=True)


if __name__ == "__main__":
    main()
