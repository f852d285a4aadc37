// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/noise.h>

namespace denoiseae {

/// The standard deviation in 8-bit code values that the level of a noise model means, before any
/// clipping: what the network is told.
inline double sigma_8bit(NoiseModel model, double level) {
  return model == NoiseModel::coefficient ? 255 * level : level;
}

}  // namespace denoiseae
