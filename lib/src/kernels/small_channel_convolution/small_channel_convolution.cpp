// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, and the weights in the order of the loops.
#include "kernels/small_channel_convolution/small_channel_convolution.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const SmallChannelConvolutionVariant> small_channel_convolution_variants() noexcept {
  static const std::array variants = {
      SmallChannelConvolutionVariant{"c", small_channel_convolution_c, true},
#ifdef __x86_64__
      SmallChannelConvolutionVariant{"avx512", small_channel_convolution_avx512, has_avx512()},
#endif
  };
  return variants;
}

SmallChannelConvolution* small_channel_convolution() noexcept {
  static const SmallChannelConvolutionVariant* const fast =
      fast_variant(small_channel_convolution_variants());
  return fast != nullptr ? fast->rows : nullptr;
}

std::vector<float> small_channel_weights(const SmallChannelShape& shape,
                                         std::span<const float> weights) {
  std::vector<float> result(small_channel_weight_values(shape));
  for (int o = 0; o < shape.outputs; ++o) {
    for (int i = 0; i < shape.inputs; ++i) {
      for (int tap = 0; tap < 9; ++tap) {
        result[(tap * shape.outputs + o) * kSmallInputs + i] =
            weights[(o * shape.inputs + i) * 9 + tap];
      }
    }
  }
  return result;
}

}  // namespace denoiseae
