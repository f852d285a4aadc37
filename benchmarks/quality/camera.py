# SPDX-License-Identifier: LGPL-2.1-or-later
"""A simulated camera: light is counted behind a Bayer mosaic, and becomes a picture."""

import cv2
import numpy

import yuv

SEED = 11
GAMMA = 2.2
EXPOSURE = 0.8  # white of the clip, as a share of what saturates the sensor
SENSITIVITY = (0.55, 1.0, 0.6)  # for blue, green and red
BAYER = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 2}  # the component at each pixel of 2x2
ELECTRONS = 12000.0  # at saturation and ISO 100
READ_NOISE = 3.0  # electrons
RAW_SCALE, RAW_BLACK = 4095, 240


def developed(mosaic):
    """Returns the picture of a mosaic: the missing components interpolated, the colours balanced."""
    raw = numpy.clip(mosaic * RAW_SCALE + RAW_BLACK, 0, 65535).astype(numpy.uint16)
    linear = cv2.cvtColor(raw, cv2.COLOR_BayerRG2BGR_EA).astype(numpy.float32)
    linear = (linear - RAW_BLACK) / RAW_SCALE / numpy.array(SENSITIVITY, numpy.float32) / EXPOSURE
    pixels = numpy.power(numpy.clip(linear, 0, 1), 1 / GAMMA) * 255 + 0.5
    return yuv.from_bgr(pixels.astype(numpy.uint8))


def shot(pictures, iso):
    """Returns frames in I420, clean and noisy. The clean ones went through the same mosaic."""
    random = numpy.random.default_rng(SEED)
    full = ELECTRONS * 100 / iso
    clean, noisy = [], []
    for pixels in pictures:
        linear = numpy.power(pixels.astype(numpy.float32) / 255, GAMMA) * EXPOSURE
        mosaic = numpy.empty(pixels.shape[:2], numpy.float32)
        for (y, x), component in BAYER.items():
            mosaic[y::2, x::2] = linear[y::2, x::2, component] * SENSITIVITY[component]
        electrons = random.poisson(mosaic * full) + random.normal(0, READ_NOISE, mosaic.shape)
        clean.append(developed(mosaic))
        noisy.append(developed(electrons / full))
    return clean, noisy
