// SPDX-License-Identifier: LGPL-2.1-or-later
// Values and constants for tests of the kernels on matrix tiles (AMX).
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <random>
#include <vector>

#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/bfloat16.h"
#include "support/check.h"

namespace denoiseae::test {

/// Skips the running test where the CPU lacks tiles.
inline void need_amx() {
  if (!has_amx()) skip_test("this CPU has no AMX tiles of bfloat16");
}

inline float random_value(std::mt19937& random) {
  return std::uniform_real_distribution<float>(-1, 1)(random);
}

inline std::vector<Bfloat16> random_values(std::size_t count, std::mt19937& random) {
  std::vector<Bfloat16> values(count);
  for (Bfloat16& value : values) assign(value, random_value(random));
  return values;
}

/// The value that bfloat16 stores for this one.
inline double as_bfloat16(float value) {
  Bfloat16 stored;
  assign(stored, value);
  return to_float(stored);
}

inline float leaky_relu(float x, float slope) { return x < 0 ? slope * x : x; }

/// Constants at multiples of 64 bytes, as the kernels need them. Weights are rounded to bfloat16.
struct AlignedConstants {
  AlignedConstants(const std::vector<float>& of_weights, const std::vector<float>& of_bias)
      : weights(new (std::align_val_t(64)) Bfloat16[of_weights.size()]),
        bias(new (std::align_val_t(64)) float[of_bias.size()]) {
    for (std::size_t i = 0; i < of_weights.size(); ++i) assign(weights[i], of_weights[i]);
    std::copy(of_bias.begin(), of_bias.end(), bias.get());
  }
  struct Free {
    void operator()(void* p) const { operator delete[](p, std::align_val_t(64)); }
  };
  std::unique_ptr<Bfloat16[], Free> weights;
  std::unique_ptr<float[], Free> bias;
  AmxConstants view() const { return {weights.get(), bias.get()}; }
};

}  // namespace denoiseae::test
