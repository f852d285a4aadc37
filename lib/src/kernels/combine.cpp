// SPDX-License-Identifier: LGPL-2.1-or-later
// Selection table.
#include "kernels/combine.h"

#include <array>

#include "kernels/best_variant.h"

namespace denoiseae {

std::span<const CombineVariant> combine_variants() noexcept {
  static const std::array variants = {
      CombineVariant{"c", combine_row_c, combine_row_c, true},
#ifdef __x86_64__
      CombineVariant{"avx2", combine_row_avx2, combine_row_avx2,
                     __builtin_cpu_supports("avx2") != 0},
      CombineVariant{
          "avx512", combine_row_avx512, combine_row_avx512,
          __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0},
#endif
  };
  return variants;
}

const CombineVariant& combine_variant() noexcept {
  static const CombineVariant& best = best_variant(combine_variants());
  return best;
}

}  // namespace denoiseae
