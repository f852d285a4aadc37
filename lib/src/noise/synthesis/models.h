// SPDX-License-Identifier: LGPL-2.1-or-later
// The functions of the noise models, and numbers about them that users do not need.
#pragma once

#include <denoiseae/noise.h>

#include <cstddef>
#include <span>

#include "noise/estimation/noise_curve.h"
#include "noise/synthesis/random.h"

namespace denoiseae {

/// Adds noise to samples that are scaled to 0 ... 1. level: above 0, in the unit that the row of
/// the model names.
using NoiseFunction = void(std::span<float> samples_0_1, double level, Random& random);

NoiseFunction* noise_function(NoiseModel model) noexcept;
/// Number of calls of Random::next that the model's function makes for so many samples.
std::size_t noise_draws(NoiseModel model, std::size_t samples) noexcept;
/// Number of samples that get their normal deviates together.
inline constexpr std::size_t kNormalsTogether = 1024;

/// The variance of the noise by the clean code of a sample, in 8-bit code values. Like
/// noise_sigma_8bit it holds before any clipping and around any offset. For salt_pepper it is the
/// same for all codes: the best fit if all codes are equally frequent.
NoiseCurve noise_curve(NoiseModel model, double level) noexcept;

NoiseFunction add_gaussian;
NoiseFunction add_coefficient;
NoiseFunction add_coefficient_offset;
NoiseFunction add_gaussian_variance;
NoiseFunction add_poisson_gaussian;
NoiseFunction add_salt_pepper;

}  // namespace denoiseae
