// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/convert/convert.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const ConvertVariant> convert_variants() noexcept {
  static const std::array variants = {
      ConvertVariant{"c", &kConvertC, true},
#ifdef __x86_64__
      ConvertVariant{"avx2", &kConvertAvx2, has_avx2()},
      ConvertVariant{"avx512", &kConvertAvx512, has_avx512()},
#endif
  };
  return variants;
}

const ConvertLoops& convert_loops() noexcept {
  static const ConvertLoops& best = *best_variant(convert_variants()).loops;
  return best;
}

}  // namespace denoiseae
