// SPDX-License-Identifier: LGPL-2.1-or-later
// Selection table.
#include "kernels/round.h"

#include <array>

#include "kernels/best_variant.h"

namespace denoiseae {

std::span<const RoundVariant> round_variants() noexcept {
  static const std::array variants = {
      RoundVariant{"c", round_row_c, round_sum_row_c, true},
#ifdef __x86_64__
      RoundVariant{"avx2", round_row_avx2, round_sum_row_avx2, __builtin_cpu_supports("avx2") != 0},
      RoundVariant{
          "avx512", round_row_avx512, round_sum_row_avx512,
          __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0},
#endif
  };
  return variants;
}

const RoundVariant& round_variant() noexcept {
  static const RoundVariant& best = best_variant(round_variants());
  return best;
}

}  // namespace denoiseae
