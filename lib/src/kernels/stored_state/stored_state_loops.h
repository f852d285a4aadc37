// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants. Each variant compiles this text for its instruction set.
#pragma once

#include "kernels/stored_state/stored_state.h"

namespace denoiseae {
namespace {

inline void store(const float* from, int count, std::int16_t* __restrict to) {
  // Added to this, a float has no room for a fraction: the sum is rounded to a whole number.
  constexpr float kWholeNumbers = 12582912;
  constexpr std::int32_t kItsBits = 0x4b400000;
  for (int i = 0; i < count; ++i) {
    float steps = from[i] / kStoredUnit;
    steps = steps < -32768 ? -32768 : steps;
    steps = steps > 32767 ? 32767 : steps;
    to[i] = static_cast<std::int16_t>(__builtin_bit_cast(std::int32_t, steps + kWholeNumbers) -
                                      kItsBits);
  }
}

inline void restore(const std::int16_t* from, int count, float* __restrict to) {
  for (int i = 0; i < count; ++i) to[i] = kStoredUnit * from[i];
}

inline void mean(const std::int16_t* a, const std::int16_t* b, const std::int16_t* c,
                 const std::int16_t* d, int count, float* __restrict to) {
  // Sums of whole numbers are exact.
  for (int i = 0; i < count; ++i)
    to[i] = 0.25f * kStoredUnit * static_cast<float>(a[i] + b[i] + c[i] + d[i]);
}

inline void between(const std::int16_t* a, const std::int16_t* b, const std::int16_t* c,
                    const std::int16_t* d, float right, float lower, int count,
                    float* __restrict to) {
  for (int i = 0; i < count; ++i) {
    const float above = a[i] + right * static_cast<float>(b[i] - a[i]);
    const float below = c[i] + right * static_cast<float>(d[i] - c[i]);
    to[i] = kStoredUnit * (above + lower * (below - above));
  }
}

}  // namespace
}  // namespace denoiseae
