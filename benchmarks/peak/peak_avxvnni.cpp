// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_int8_avxvnni(std::int64_t turns) {
  /// This is not __m256i, because GCC 12 would write those sums to memory in every turn.
  using Sum [[gnu::vector_size(32)]] = std::int32_t;
  const __m256i bytes = _mm256_set1_epi8(5), weights = _mm256_set1_epi8(3);
  return add_products<12, 32>(turns, Sum{}, [&](Sum sum) {
    return (Sum)_mm256_dpbusd_avx_epi32((__m256i)sum, bytes, weights);
  });
}

}  // namespace denoiseae::bench
