// SPDX-License-Identifier: LGPL-2.1-or-later
// Selection table.
#include "kernels/sharpen.h"

#include <array>

#include "kernels/best_variant.h"

namespace denoiseae {

std::span<const SharpenVariant> sharpen_variants() noexcept {
  static const std::array variants = {
      SharpenVariant{"c", sharpen_row_c, true},
#ifdef __x86_64__
      SharpenVariant{"avx2", sharpen_row_avx2, __builtin_cpu_supports("avx2") != 0},
      SharpenVariant{"avx512", sharpen_row_avx512, __builtin_cpu_supports("avx512bw") != 0},
#endif
  };
  return variants;
}

SharpenRow* sharpen_row() noexcept {
  static SharpenRow* const best = best_variant(sharpen_variants()).row;
  return best;
}

}  // namespace denoiseae
