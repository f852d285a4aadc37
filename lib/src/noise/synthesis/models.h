// SPDX-License-Identifier: LGPL-2.1-or-later
// What a noise model does to samples.
#pragma once

#include <denoiseae/noise.h>

#include <cstddef>
#include <span>

#include "noise/estimation/noise_curve.h"
#include "noise/synthesis/random.h"

namespace denoiseae {

/// Adds noise to samples scaled to 0 ... 1. level: as the model's row says, above 0.
using NoiseFunction = void(std::span<float> samples_0_1, double level, Random& random);

DAE_API NoiseFunction* noise_function(NoiseModel model) noexcept;
/// Calls of Random::next that it takes for so many samples.
DAE_API std::size_t noise_draws(NoiseModel model, std::size_t samples) noexcept;
/// Samples that get normal deviates together.
inline constexpr std::size_t kNormalsTogether = 1024;

/// The variance by the clean code of a sample, in 8-bit code values; as noise_sigma_8bit before any
/// clipping and around any offset. salt_pepper: the same for all codes, what fits best if all are
/// as frequent.
DAE_API NoiseCurve noise_curve(NoiseModel model, double level) noexcept;

NoiseFunction add_gaussian;
NoiseFunction add_coefficient;
NoiseFunction add_coefficient_offset;
NoiseFunction add_gaussian_variance;
NoiseFunction add_poisson_gaussian;
NoiseFunction add_salt_pepper;

}  // namespace denoiseae
