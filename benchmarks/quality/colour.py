# SPDX-License-Identifier: LGPL-2.1-or-later
"""Colour beyond I420 of 8 bits: luma weights, transfer functions, and planes of deeper codes. Pictures
are arrays of height, width and R, G, B, or Y, Cb, Cr."""

import argparse
import dataclasses
import pathlib
import typing

import numpy

import camera

# Weights of red and blue in luma. Green has the rest.
WEIGHTS = {"BT.601": (0.299, 0.114), "BT.709": (0.2126, 0.0722), "BT.2020": (0.2627, 0.0593),
           "equal": (1 / 3, 1 / 3)}
# Linear light with the primaries of BT.709 to those of BT.2020: table 2 of ITU-R BT.2087-0.
WIDE = numpy.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])


def options_of(description):
    """Returns the options of a program that measures a model on colour."""
    parser = argparse.ArgumentParser(description=description,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--model", default="balanced")
    return parser.parse_args()


def luma_matrix(weights):
    """Returns the matrix from R, G, B to Y, Cb, Cr."""
    red, blue = WEIGHTS[weights]
    luma = numpy.array([red, 1 - red - blue, blue])
    return numpy.array([luma, (numpy.array([0, 0, 1]) - luma) / (2 * (1 - blue)),
                        (numpy.array([1, 0, 0]) - luma) / (2 * (1 - red))])


def rgb_centre(pixels, size):
    """Returns the middle of a BGR picture as RGB, in a width that is a multiple of 8. size: width and
    height."""
    top, left = (max(0, (have - want) // 2) for have, want in zip(pixels.shape, size[::-1]))
    part = pixels[top:, left:][:size[1], :size[0], ::-1]
    return part[:, :part.shape[1] // 8 * 8]


def gamma(light):
    """Light is 1 at the white of the clip, as in the functions that follow."""
    return numpy.clip(light, 0, 1) ** (1 / camera.GAMMA)


def pq(light, white=203):
    """The inverse EOTF of ITU-R BT.2100, table 4. white: in cd/m2, that of ITU-R BT.2408."""
    power = (numpy.clip(light, 0, None) * white / 10000) ** (2610 / 16384)
    return ((3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)


def hlg(light, white=0.265):
    """The OETF of ITU-R BT.2100, table 5. white: what gives the signal 0.75, that of ITU-R BT.2408."""
    scene = numpy.clip(light * white, 0, 1)
    a = 0.17883277
    b, c = 1 - 4 * a, 0.5 - a * numpy.log(4 * a)
    return numpy.where(scene <= 1 / 12, numpy.sqrt(3 * scene),
                       a * numpy.log(numpy.maximum(12 * scene - b, 1e-9)) + c)


@dataclasses.dataclass(frozen=True)
class Signal:
    """What a stream's colorimetry stands for."""

    colorimetry: str  # as caps name it
    weights: str
    is_wide: bool
    curve: typing.Callable

    def planes(self, light):
        """Returns I420_10LE of a picture in linear light with the primaries of BT.709."""
        if self.is_wide:
            light = light @ WIDE.T
        full = self.curve(light) @ luma_matrix(self.weights).T
        height, width = full.shape[:2]
        luma = 64 + 876 * full[:, :, 0]
        blocks = full[:, :, 1:].reshape(height // 2, 2, width // 2, 2, 2)
        chroma = 512 + 896 * blocks.mean(axis=(1, 3)).transpose(2, 0, 1)
        codes = numpy.concatenate([luma.reshape(-1), chroma.reshape(-1)])
        return numpy.clip(numpy.rint(codes), 0, 1023).astype("<u2")


SIGNALS = {"SDR": Signal("bt709", "BT.709", False, gamma),
           "PQ": Signal("bt2100-pq", "BT.2020", True, pq),
           "HLG": Signal("bt2100-hlg", "BT.2020", True, hlg)}
