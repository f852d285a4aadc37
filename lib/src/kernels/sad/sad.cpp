// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/sad/sad.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const SadVariant> sad_variants() noexcept {
  static const std::array variants = {
      SadVariant{"c", sad_16x16_c, sad_16x16_around_c, sad_8x8_along_c, true},
#ifdef __x86_64__
      SadVariant{"avx2", sad_16x16_avx2, sad_16x16_around_avx2, sad_8x8_along_avx2, has_avx2()},
      SadVariant{"avx512", sad_16x16_avx512, sad_16x16_around_avx512, sad_8x8_along_avx512,
                 has_avx512()},
#endif
  };
  return variants;
}

const SadVariant& best_sad() noexcept {
  static const SadVariant& best = best_variant(sad_variants());
  return best;
}

}  // namespace denoiseae
