// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/dot_convolution/dot_convolution_avx512.h"

namespace denoiseae {

namespace {

struct Products {
  using Sum = __m512;
  using Weight = Bfloat16;
  static __m512 add(__m512 sum, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
  }
  static __m512 floats(__m512 sum) { return sum; }
  static void store(float* to, __mmask8 mask, __m256 values) {
    _mm256_mask_storeu_ps(to, mask, values);
  }
  static void store(Bfloat16* to, __mmask8 mask, __m256 values) {
    _mm_mask_storeu_epi16(to, mask, (__m128i)_mm256_cvtneps_pbh(values));
  }
};

}  // namespace

void bfloat16_dot_avx512bf16(const DotShape& shape, const DotConstants<Bfloat16>& constants,
                             const DotEpilogue& epilogue,
                             std::span<const DotRow<Bfloat16, float>> rows) {
  dot_rows<Products>(shape, constants, epilogue, rows);
}

void bfloat16_dot_avx512bf16(const DotShape& shape, const DotConstants<Bfloat16>& constants,
                             const DotEpilogue& epilogue,
                             std::span<const DotRow<Bfloat16, Bfloat16>> rows) {
  dot_rows<Products>(shape, constants, epilogue, rows);
}

}  // namespace denoiseae
