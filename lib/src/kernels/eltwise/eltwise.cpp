// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/eltwise/eltwise.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const EltwiseVariant> eltwise_variants() noexcept {
  static const std::array variants = {
      EltwiseVariant{"c", eltwise_row_c, eltwise_row_c, true},
#ifdef __x86_64__
      EltwiseVariant{"avx2", eltwise_row_avx2, eltwise_row_avx2, has_avx2()},
      EltwiseVariant{"avx512", eltwise_row_avx512, eltwise_row_avx512, has_avx512()},
#endif
  };
  return variants;
}

const EltwiseVariant& eltwise_variant() noexcept {
  static const EltwiseVariant& best = best_variant(eltwise_variants());
  return best;
}

}  // namespace denoiseae
