// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_int8_avxvnni(std::int64_t turns) {
  const __m256i bytes = _mm256_set1_epi8(5), weights = _mm256_set1_epi8(3);
  return add_products<12, 32>(turns, _mm256_setzero_si256(), [&](__m256i sum) {
    return _mm256_dpbusd_avx_epi32(sum, bytes, weights);
  });
}

}  // namespace denoiseae::bench
