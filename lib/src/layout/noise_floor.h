// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// What a network takes for noise besides the noise, in pictures that are hardly noisy: standard
/// deviations in 8-bit codes, of the packed planes.
struct NoiseFloor {
  double luma = 0;
  double chroma = 0;
};

}  // namespace denoiseae
