// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/warp_between/warp_between_loops.h"

namespace denoiseae {

namespace {

struct Avx512WarpVectors {
  using Vector = __m512;
  static constexpr __mmask16 kChannels = (1u << kStateChannels) - 1;
  static constexpr __mmask16 kLuma = 0b1111 | 0b1111 << kStatePicture;

  static Vector broadcast(float value) { return _mm512_set1_ps(value); }
  static Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
  static Vector subtract(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
  static Vector multiply(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
  static Vector load(const std::int16_t* from) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(_mm256_maskz_loadu_epi16(kChannels, from)));
  }
  static void store(Vector vector, float* to) { _mm512_mask_storeu_ps(to, kChannels, vector); }
  static void store_with_more(Vector vector, float* to) { _mm512_storeu_ps(to, vector); }
  // Numbers from 16 on are lanes of b.
  static Vector across(Vector a, Vector b) {
    const __m512i lanes =
        _mm512_setr_epi32(1, 16, 3, 18, 4, 5, 6, 8, 23, 10, 25, 11, 12, 13, 14, 15);
    return _mm512_permutex2var_ps(a, lanes, b);
  }
  static Vector down(Vector a, Vector b) {
    const __m512i lanes =
        _mm512_setr_epi32(2, 3, 16, 17, 4, 5, 6, 9, 10, 23, 24, 11, 12, 13, 14, 15);
    return _mm512_permutex2var_ps(a, lanes, b);
  }
  static Vector join(Vector luma, Vector other) { return _mm512_mask_blend_ps(kLuma, other, luma); }
};

}  // namespace

void warp_between_avx512(const WarpSource& source, int width, int height, float* out,
                         std::ptrdiff_t row_values) {
  warp_between<Avx512WarpVectors>(source, width, height, out, row_values);
}

}  // namespace denoiseae
