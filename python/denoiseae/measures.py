# SPDX-License-Identifier: LGPL-2.1-or-later
"""What belongs beside a denoiser: sharpening, synthetic noise, and measures of quality."""

import ctypes
from typing import Optional

from ._frames import Picture, empty_like, frame_of, layout_of, planes_of
from ._library import LIBRARY


def _pair(first: Picture, second: Picture, format: Optional[str], depth: Optional[int], is_written: bool):
    planes, others = planes_of(first), planes_of(second)
    layout = layout_of(planes, format, depth)
    return frame_of(planes, layout, False), frame_of(others, layout, is_written)


def sharpen(picture: Picture, amount: float = 1, *, luma_only: bool = False, format: Optional[str] = None,
            depth: Optional[int] = None) -> Picture:
    """Returns the picture sharpened with the kernel 0 -a 0 / -a 1+4a -a / 0 -a 0, where a is amount, 0 ... 4.

    picture, format, depth: as for Denoiser. luma_only: whether the chroma of YUV pictures stays. Raises Error.
    """
    out = empty_like(picture)
    (a, _a), (b, _b) = _pair(picture, out, format, depth, True)
    LIBRARY.denoiseae_sharpen3x3(ctypes.byref(a), ctypes.byref(b), amount, luma_only, None)
    return out


def add_noise(picture: Picture, level: float, *, seed: int = 0, frame_index: int = 0, format: Optional[str] = None,
              depth: Optional[int] = None) -> Picture:
    """Returns the picture with white Gaussian noise, clipped to the codes of its format.

    level: standard deviation in 8-bit code values. seed, frame_index: equal numbers give equal noise.
    picture, format, depth: as for Denoiser. Raises Error.
    """
    out = empty_like(picture)
    (a, _a), (b, _b) = _pair(picture, out, format, depth, True)
    LIBRARY.denoiseae_add_noise(ctypes.byref(a), ctypes.byref(b), 0, level, seed, frame_index, None)
    return out


def _measure(function, first, second, component, format, depth) -> float:
    (a, _a), (b, _b) = _pair(first, second, format, depth, False)
    value = ctypes.c_double()
    function(ctypes.byref(a), ctypes.byref(b), component, ctypes.byref(value))
    return value.value


def psnr(first: Picture, second: Picture, component: int = 0, *, format: Optional[str] = None,
         depth: Optional[int] = None) -> float:
    """Returns the peak signal to noise ratio in dB of a component (0 = Y or R); infinite for equal ones."""
    return _measure(LIBRARY.denoiseae_psnr, first, second, component, format, depth)


def ssim(first: Picture, second: Picture, component: int = 0, *, format: Optional[str] = None,
         depth: Optional[int] = None) -> float:
    """Returns the mean structural similarity of a component (0 = Y or R); 1 for equal ones."""
    return _measure(LIBRARY.denoiseae_ssim, first, second, component, format, depth)
