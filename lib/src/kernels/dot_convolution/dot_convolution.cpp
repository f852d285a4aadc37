// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables of variants, and the weights in the order of the loops.
#include "kernels/dot_convolution/dot_convolution.h"

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const Bfloat16DotVariant> bfloat16_dot_variants() noexcept {
  static const std::array variants = {
      Bfloat16DotVariant{"c", bfloat16_dot_c, bfloat16_dot_c, true},
#ifdef __x86_64__
      Bfloat16DotVariant{"avx512bf16", bfloat16_dot_avx512bf16, bfloat16_dot_avx512bf16,
                         __builtin_cpu_supports("avx512bf16") != 0 && has_avx512()},
#endif
  };
  return variants;
}

const Bfloat16DotVariant* bfloat16_dot() noexcept {
  static const Bfloat16DotVariant* const fast = fast_variant(bfloat16_dot_variants());
  return fast;
}

std::span<const CodeDotVariant> code_dot_variants() noexcept {
  static const std::array variants = {
      CodeDotVariant{"c", code_dot_c, code_dot_c, true},
#ifdef __x86_64__
      CodeDotVariant{"avx512vnni", code_dot_avx512vnni, code_dot_avx512vnni,
                     __builtin_cpu_supports("avx512vnni") != 0 && has_avx512()},
#endif
  };
  return variants;
}

const CodeDotVariant* code_dot() noexcept {
  static const CodeDotVariant* const fast = fast_variant(code_dot_variants());
  return fast;
}

std::vector<float> dot_weights(const DotShape& shape, int inputs_of_word,
                               std::span<const float> weights) {
  std::vector<float> result;
  result.reserve(weights.size());
  for (int tap = 0; tap < 9; ++tap) {
    for (int word = 0; word < shape.inputs; word += inputs_of_word) {
      for (int o = 0; o < shape.outputs; ++o) {
        for (int i = word; i < word + inputs_of_word; ++i)
          result.push_back(weights[(o * shape.inputs + i) * 9 + tap]);
      }
    }
  }
  return result;
}

}  // namespace denoiseae
