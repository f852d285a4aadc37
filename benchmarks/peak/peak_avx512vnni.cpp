// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_int8_avx512vnni(std::int64_t turns) {
  const __m512i bytes = _mm512_set1_epi8(5), weights = _mm512_set1_epi8(3);
  return add_products<16, 64>(turns, _mm512_setzero_si512(), [&](__m512i sum) {
    return _mm512_dpbusd_epi32(sum, bytes, weights);
  });
}

}  // namespace denoiseae::bench
