// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_float32_avx512(std::int64_t turns) {
  const __m512 a = _mm512_set1_ps(0.5f), b = _mm512_set1_ps(0.25f);
  return add_products<16, 16>(turns, _mm512_setzero_ps(),
                              [&](__m512 sum) { return _mm512_fmadd_ps(a, b, sum); });
}

}  // namespace denoiseae::bench
