// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/sharpen/sharpen.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const SharpenVariant> sharpen_variants() noexcept {
  static const std::array variants = {
      SharpenVariant{"c", sharpen_row_c, sharpen_word_row_c, true},
#ifdef __x86_64__
      SharpenVariant{"avx2", sharpen_row_avx2, sharpen_word_row_avx2, has_avx2()},
      SharpenVariant{"avx512", sharpen_row_avx512, sharpen_word_row_avx512, has_avx512()},
#endif
  };
  return variants;
}

const SharpenVariant& best_sharpen() noexcept {
  static const SharpenVariant& best = best_variant(sharpen_variants());
  return best;
}

}  // namespace denoiseae
