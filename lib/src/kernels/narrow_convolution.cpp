// SPDX-License-Identifier: LGPL-2.1-or-later
// Selection table, and the weights in the order of the loops.
#include "kernels/narrow_convolution.h"

#include <array>

#include "kernels/best_variant.h"

namespace denoiseae {

std::span<const NarrowConvolutionVariant> narrow_convolution_variants() noexcept {
  static const std::array variants = {
      NarrowConvolutionVariant{"c", narrow_convolution_c, true},
#ifdef __x86_64__
      NarrowConvolutionVariant{
          "avx512", narrow_convolution_avx512,
          __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0},
#endif
  };
  return variants;
}

NarrowConvolution* narrow_convolution() noexcept {
  NarrowConvolution* const best = best_variant(narrow_convolution_variants()).rows;
  return best != narrow_convolution_c ? best : nullptr;
}

std::vector<float> narrow_weights(const NarrowShape& shape, std::span<const float> weights) {
  std::vector<float> result(narrow_weight_values(shape));
  for (int o = 0; o < shape.outputs; ++o) {
    for (int i = 0; i < shape.inputs; ++i) {
      for (int tap = 0; tap < 9; ++tap) {
        result[(tap * shape.outputs + o) * kNarrowInputs + i] =
            weights[(o * shape.inputs + i) * 9 + tap];
      }
    }
  }
  return result;
}

}  // namespace denoiseae
