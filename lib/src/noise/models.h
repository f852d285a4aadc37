// SPDX-License-Identifier: LGPL-2.1-or-later
// What a noise model does to samples.
#pragma once

#include <denoiseae/noise.h>

#include <span>

#include "noise/random.h"

namespace denoiseae {

/// Adds noise to samples scaled to 0 ... 1. level: as the model's row says, above 0.
using NoiseFunction = void(std::span<float> samples_0_1, double level, Random& random);

NoiseFunction* noise_function(NoiseModel model) noexcept;

NoiseFunction add_gaussian;
NoiseFunction add_coefficient;
NoiseFunction add_coefficient_offset;
NoiseFunction add_gaussian_variance;
NoiseFunction add_poisson_gaussian;
NoiseFunction add_salt_pepper;

}  // namespace denoiseae
