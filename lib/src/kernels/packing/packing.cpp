// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/packing/packing.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const PackingVariant> packing_variants() noexcept {
  static const std::array variants = {
      PackingVariant{"c", pack_blocks_c, subtract_blocks_c, pack_word_blocks_c,
                     subtract_word_blocks_c, true},
#ifdef __x86_64__
      PackingVariant{"avx2", pack_blocks_avx2, subtract_blocks_avx2, pack_word_blocks_avx2,
                     subtract_word_blocks_avx2, has_avx2()},
#endif
  };
  return variants;
}

const PackingVariant& best_packing() noexcept {
  static const PackingVariant& best = best_variant(packing_variants());
  return best;
}

}  // namespace denoiseae
