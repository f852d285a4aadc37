// SPDX-License-Identifier: LGPL-2.1-or-later
// The sigmoid of 16 values, for sources that are compiled for AVX-512. The namespace is unnamed, so
// that each source file has its own copy (see bfloat16.h).
#pragma once

#include <immintrin.h>

#include <initializer_list>

namespace denoiseae {
namespace {

/// Computes exp(x) as 2^n 2^f. A polynomial, the Taylor series, gives 2^f for -1/2 <= f <= 1/2.
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
