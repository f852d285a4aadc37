// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

namespace denoiseae {

/// The residual error of a network on pictures with hardly any noise: the standard deviation of the
/// detail that it mistakes for noise, in 8-bit codes of the packed planes.
struct NoiseFloor {
  double luma = 0;
  double chroma = 0;
};

}  // namespace denoiseae
