// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_float32_avx2(std::int64_t turns) {
  const __m256 a = _mm256_set1_ps(0.5f), b = _mm256_set1_ps(0.25f);
  return add_products<12, 8>(turns, _mm256_setzero_ps(),
                             [&](__m256 sum) { return _mm256_fmadd_ps(a, b, sum); });
}

/// The products of bytes are added in pairs to words of 16 bits, and these to the sums of 32 bits.
/// Only the last addition waits for a sum, so that few sums are enough; more would leave the
/// registers.
double peak_int8_avx2(std::int64_t turns) {
  const __m256i weights = _mm256_set1_epi8(3), ones = _mm256_set1_epi16(1);
  __m256i bytes = _mm256_set1_epi8(5);
  return add_products<4, 32>(turns, _mm256_setzero_si256(), [&](__m256i sum) {
    forget(bytes);
    const __m256i pairs = _mm256_maddubs_epi16(bytes, weights);
    return _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
  });
}

}  // namespace denoiseae::bench
