// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/luma_codes/luma_codes.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const LumaCodesVariant> luma_codes_variants() noexcept {
  static const std::array variants = {
      LumaCodesVariant{"c", luma_codes_c, true},
#ifdef __x86_64__
      LumaCodesVariant{"avx2", luma_codes_avx2, has_avx2()},
#endif
  };
  return variants;
}

LumaCodes* best_luma_codes() noexcept {
  static LumaCodes* const best = best_variant(luma_codes_variants()).luma_codes;
  return best;
}

}  // namespace denoiseae
