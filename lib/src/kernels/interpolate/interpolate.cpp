// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/interpolate/interpolate.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const InterpolateVariant> interpolate_variants() noexcept {
  static const std::array variants = {
      InterpolateVariant{"c", interpolate_c, true},
#ifdef __x86_64__
      InterpolateVariant{"avx2", interpolate_avx2, has_avx2()},
      InterpolateVariant{"avx512", interpolate_avx512, has_avx512()},
#endif
  };
  return variants;
}

const InterpolateVariant& best_interpolate() noexcept {
  static const InterpolateVariant& best = best_variant(interpolate_variants());
  return best;
}

}  // namespace denoiseae
