// SPDX-License-Identifier: LGPL-2.1-or-later
// For sources that are compiled for AVX-512. Unnamed, so that each has its own.
#pragma once

#include <immintrin.h>

namespace denoiseae {
namespace {

/// exp(x) = 2^n 2^f, with a polynomial of 2^f for -1/2 <= f <= 1/2 (its Taylor series).
inline __m512 exp_of(__m512 x) {
  const __m512 t = _mm512_mul_ps(x, _mm512_set1_ps(1.44269504f));
  const __m512 n = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 f = _mm512_sub_ps(t, n);
  __m512 p = _mm512_set1_ps(1.33335581e-3f);
  for (const float c : {9.61812911e-3f, 5.55041087e-2f, 0.240226507f, 0.693147181f, 1.0f}) {
    p = _mm512_fmadd_ps(p, f, _mm512_set1_ps(c));
  }
  return _mm512_scalef_ps(p, n);
}

inline __m512 sigmoid(__m512 x) {
  const __m512 one = _mm512_set1_ps(1);
  return _mm512_div_ps(one, _mm512_add_ps(one, exp_of(_mm512_sub_ps(_mm512_setzero_ps(), x))));
}

}  // namespace
}  // namespace denoiseae
