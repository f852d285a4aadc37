// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// The error of a network on pictures with hardly any noise: the standard deviation, in 8-bit codes
/// of the packed planes, of what it takes for noise and is not.
struct NoiseFloor {
  double luma = 0;
  double chroma = 0;
};

}  // namespace denoiseae
