// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

namespace denoiseae {

/// A value of 16 bits: a whole number of steps of 1 / kFixed16Steps, from -2 to 2. It holds the
/// samples of frames and of the state, which are about -0.5 ... 0.5, and noise levels up to 102
/// codes of 255. Its steps are 32 times finer than codes. What is left of the range makes room for
/// finer weights (kHighestFixed16Sum in direct_convolution.h). Processors without instructions for
/// Bfloat16 multiply such values faster than floats.
struct Fixed16 {
  std::int16_t steps;
};

inline constexpr float kFixed16Steps = 8192;
inline constexpr float kMaxFixed16Steps = 16384;

// The namespace is unnamed, as in bfloat16.h.
namespace {

/// Stores a value, clamped and rounded to the nearest one, ties to even.
inline void assign(Fixed16& to, float value) {
  const float steps = value * kFixed16Steps;
  const float most = steps > -kMaxFixed16Steps ? steps : -kMaxFixed16Steps;
  // Floats have no fractions beside this number, and rounding in this way makes vectors.
  constexpr float kNoFraction = 3 << 22;
  const float rounded =
      ((most < kMaxFixed16Steps ? most : kMaxFixed16Steps) + kNoFraction) - kNoFraction;
  to.steps = static_cast<std::int16_t>(rounded);
}

}  // namespace
}  // namespace denoiseae
