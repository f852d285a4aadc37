// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/stored_state/stored_state.h"

#include <array>

#include "kernels/best_variant.h"
#include "kernels/x86_sets.h"

namespace denoiseae {

std::span<const StoredStateVariant> stored_state_variants() noexcept {
  static const std::array variants = {
      StoredStateVariant{"c", &kStoredStateC, true},
#ifdef __x86_64__
      StoredStateVariant{"avx2", &kStoredStateAvx2, has_avx2()},
      StoredStateVariant{"avx512", &kStoredStateAvx512, has_avx512()},
#endif
  };
  return variants;
}

const StoredStateLoops& stored_state_loops() noexcept {
  static const StoredStateLoops& best = *best_variant(stored_state_variants()).loops;
  return best;
}

}  // namespace denoiseae
