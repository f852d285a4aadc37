// SPDX-License-Identifier: LGPL-2.1-or-later
// Selection table.
#include "kernels/stored_past.h"

#include <array>

#include "kernels/best_variant.h"

namespace denoiseae {

std::span<const StoredPastVariant> stored_past_variants() noexcept {
  static const std::array variants = {
      StoredPastVariant{"c", &kStoredPastC, true},
#ifdef __x86_64__
      StoredPastVariant{"avx2", &kStoredPastAvx2, __builtin_cpu_supports("avx2") != 0},
      StoredPastVariant{
          "avx512", &kStoredPastAvx512,
          __builtin_cpu_supports("avx512bw") != 0 && __builtin_cpu_supports("avx512vl") != 0},
#endif
  };
  return variants;
}

const StoredPastLoops& stored_past_loops() noexcept {
  static const StoredPastLoops& best = *best_variant(stored_past_variants()).loops;
  return best;
}

}  // namespace denoiseae
