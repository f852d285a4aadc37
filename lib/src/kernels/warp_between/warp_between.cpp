// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/warp_between/warp_between.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const WarpBetweenVariant> warp_between_variants() noexcept {
  static const std::array variants = {
      WarpBetweenVariant{"c", warp_between_c, true},
#ifdef __x86_64__
      WarpBetweenVariant{"avx2", warp_between_avx2, has_avx2()},
#endif
  };
  return variants;
}

WarpBetween* best_warp_between() noexcept {
  static WarpBetween* const best = best_variant(warp_between_variants()).warp;
  return best;
}

}  // namespace denoiseae
