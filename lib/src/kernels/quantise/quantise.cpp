// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/quantise/quantise.h"

#include <array>

#include "kernels/best_variant.h"

namespace denoiseae {

std::span<const QuantiseVariant> quantise_variants() noexcept {
  static const std::array variants = {
      QuantiseVariant{"c", quantise_row_c, quantise_sum_row_c, true},
#ifdef __x86_64__
      QuantiseVariant{"avx2", quantise_row_avx2, quantise_sum_row_avx2,
                      __builtin_cpu_supports("avx2") != 0},
      QuantiseVariant{
          "avx512", quantise_row_avx512, quantise_sum_row_avx512,
          __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0},
#endif
  };
  return variants;
}

const QuantiseVariant& quantise_variant() noexcept {
  static const QuantiseVariant& best = best_variant(quantise_variants());
  return best;
}

}  // namespace denoiseae
