// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/clamp_residual/clamp_residual.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const ClampResidualVariant> clamp_residual_variants() noexcept {
  static const std::array variants = {
      ClampResidualVariant{"c", clamp_residual_c, true},
#ifdef __x86_64__
      ClampResidualVariant{"avx2", clamp_residual_avx2, has_avx2()},
#endif
  };
  return variants;
}

ClampResidual* best_clamp_residual() noexcept {
  static ClampResidual* const best = best_variant(clamp_residual_variants()).clamp;
  return best;
}

}  // namespace denoiseae
