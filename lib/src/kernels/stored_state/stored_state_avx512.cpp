// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/stored_state/stored_state_loops.h"

namespace denoiseae {

namespace {

/// Stores as the plain loop does. GCC 12 makes masks for its comparisons, and takes twice as long.
void store_vectors(const float* from, int count, std::int16_t* to) {
  constexpr int kLanes = 16;
  const __m512 scale = _mm512_set1_ps(1 / kStoredUnit), highest = _mm512_set1_ps(32767);
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const __m512 steps = _mm512_mul_ps(_mm512_loadu_ps(from + i), scale);
    // The conversion rounds to nearest, and the narrowing one clamps. NaN becomes 0.
    const __mmask16 numbers = _mm512_cmp_ps_mask(steps, steps, _CMP_ORD_Q);
    const __m512i whole = _mm512_maskz_cvtps_epi32(numbers, _mm512_min_ps(steps, highest));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), _mm512_cvtsepi32_epi16(whole));
  }
  store(from + i, count - i, to + i);
}

}  // namespace

const StoredStateLoops kStoredStateAvx512 = {store_vectors, restore, mean, between};

}  // namespace denoiseae
