// SPDX-License-Identifier: LGPL-2.1-or-later
// Stores vectors of AVX2 as Fixed16. The namespace is unnamed, as in bfloat16.h.
#pragma once

#include <immintrin.h>

#include "kernels/fixed16.h"

namespace denoiseae {
namespace {

/// Stores sixteen values as assign does.
inline void store_sixteen(Fixed16* to, __m256 first, __m256 second) {
  const auto steps = [](__m256 values) {
    const __m256 most = _mm256_set1_ps(kMaxFixed16Steps);
    const __m256 least = _mm256_set1_ps(-kMaxFixed16Steps);
    // Values that are no number become the second operand.
    values = _mm256_max_ps(_mm256_mul_ps(values, _mm256_set1_ps(kFixed16Steps)), least);
    return _mm256_cvtps_epi32(_mm256_min_ps(values, most));
  };
  // Packing keeps the halves of registers apart.
  const __m256i words = _mm256_packs_epi32(steps(first), steps(second));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), _mm256_permute4x64_epi64(words, 0b11011000));
}

}  // namespace
}  // namespace denoiseae
