// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants. Each variant compiles this text for its instruction set.
#pragma once

#include "kernels/quantise/quantise.h"

namespace denoiseae {
namespace {

inline std::uint8_t to_code(float value) {
  const float above = value > 0 ? value : 0;
  const float inside = above < 255 ? above : 255;
  // From 2^23 on, floats are whole numbers. Therefore this sum is rounded, and its lower bits are
  // the rounded number.
  return static_cast<std::uint8_t>(__builtin_bit_cast(std::uint32_t, inside + 8388608.0f));
}

inline void quantise_row(const float* in, std::uint8_t* out, int count, float factor) {
#pragma GCC ivdep
  for (int i = 0; i < count; ++i) out[i] = to_code(in[i] * factor);
}

inline void quantise_sum_row(const Segments& segments, const float* in, const std::uint8_t* addend,
                             std::uint8_t* out, SumFactors factors) {
  const int length = segments.length;
  for (int s = 0; s < segments.count; ++s, in += segments.in_step) {
#pragma GCC ivdep
    for (int i = 0; i < length; ++i) {
      out[i] = to_code(in[i] * factors.in + static_cast<float>(addend[i]) * factors.addend);
    }
    addend += length;
    out += length;
  }
}

}  // namespace
}  // namespace denoiseae
