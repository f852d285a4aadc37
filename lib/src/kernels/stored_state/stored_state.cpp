// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of variants, one for each instruction set.
#include "kernels/stored_state/stored_state.h"

#include <array>

#include "kernels/best_variant.h"

namespace denoiseae {

std::span<const StoredStateVariant> stored_state_variants() noexcept {
  static const std::array variants = {
      StoredStateVariant{"c", &kStoredStateC, true},
#ifdef __x86_64__
      StoredStateVariant{"avx2", &kStoredStateAvx2, __builtin_cpu_supports("avx2") != 0},
      StoredStateVariant{
          "avx512", &kStoredStateAvx512,
          __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0},
#endif
  };
  return variants;
}

const StoredStateLoops& stored_state_loops() noexcept {
  static const StoredStateLoops& best = *best_variant(stored_state_variants()).loops;
  return best;
}

}  // namespace denoiseae
