// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/stored_state/stored_state_loops.h"

namespace denoiseae {

namespace {

/// Returns the steps that eight values are stored as, not yet clamped from below. NaN becomes 0.
__m256i whole_steps(const float* from) {
  const __m256 steps = _mm256_mul_ps(_mm256_loadu_ps(from), _mm256_set1_ps(1 / kStoredUnit));
  const __m256 numbers = _mm256_and_ps(steps, _mm256_cmp_ps(steps, steps, _CMP_ORD_Q));
  return _mm256_cvtps_epi32(_mm256_min_ps(numbers, _mm256_set1_ps(32767)));
}

/// Stores as the plain loop does. GCC 12 makes branches of the limits there.
void store_vectors(const float* from, int count, std::int16_t* to) {
  constexpr int kLanes = 16;
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    // Packing clamps, and keeps the halves of registers apart. Values that are too low for 32 bits
    // are the lowest number of these by now.
    const __m256i words = _mm256_packs_epi32(whole_steps(from + i), whole_steps(from + i + 8));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i),
                        _mm256_permute4x64_epi64(words, 0b11011000));
  }
  store(from + i, count - i, to + i);
}

}  // namespace

const StoredStateLoops kStoredStateAvx2 = {store_vectors, restore, mean, between};

}  // namespace denoiseae
