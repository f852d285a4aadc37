# SPDX-License-Identifier: LGPL-2.1-or-later
"""Removes noise from video and pictures with a learned autoencoder.

    import denoiseae

    denoiser = denoiseae.Denoiser("balanced")
    for frame in frames:          # numpy arrays, RGB of shape (height, width, 3) for example
        show(denoiser(frame))

The package calls the library libdenoiseae.so.0 and needs no compiler. The environment variable DENOISEAE_LIBRARY
names the library's file where the system does not find it.
"""

from ._errors import Error
from ._frames import Picture
from ._library import LIBRARY, instruction_set, version
from .denoiser import Denoiser, Info, NoiseMap
from .measures import add_noise, psnr, sharpen, ssim
from .model import Model, models

__version__ = version()
__all__ = ["Denoiser", "Error", "Info", "LIBRARY", "Model", "NoiseMap", "Picture", "add_noise", "instruction_set",
           "models", "psnr", "sharpen", "ssim", "version"]
