// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_bfloat16_avx512bf16(std::int64_t turns) {
  const __m512 one = _mm512_set1_ps(1.0f);
  const __m512bh a = _mm512_cvtne2ps_pbh(one, one), b = a;
  return add_products<16, 32>(turns, _mm512_setzero_ps(),
                              [&](__m512 sum) { return _mm512_dpbf16_ps(sum, a, b); });
}

}  // namespace denoiseae::bench
