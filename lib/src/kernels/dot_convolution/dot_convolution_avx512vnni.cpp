// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/dot_convolution/dot_convolution_avx512.h"

namespace denoiseae {

namespace {

struct Products {
  /// This is not __m512i, a vector of 64-bit integers, because GCC 12 would keep the sums in
  /// memory.
  using Sum [[gnu::vector_size(64)]] = std::int32_t;
  using Weight = std::int8_t;
  static Sum add(Sum sum, __m512i codes, __m512i weights) {
    return (Sum)_mm512_dpbusd_epi32((__m512i)sum, codes, weights);
  }
  static __m512 floats(Sum sum) { return _mm512_cvtepi32_ps((__m512i)sum); }
  static void store(float* to, __mmask8 mask, __m256 values) {
    _mm256_mask_storeu_ps(to, mask, values);
  }
};

}  // namespace

void code_dot_avx512vnni(const DotShape& shape, const DotConstants<std::int8_t>& constants,
                         const DotEpilogue& epilogue,
                         std::span<const DotRow<std::uint8_t, float>> rows) {
  dot_rows<Products>(shape, constants, epilogue, rows);
}

void code_dot_avx512vnni(const DotShape& shape, const DotConstants<std::int8_t>& constants,
                         const DotEpilogue& epilogue,
                         std::span<const DotRow<std::uint8_t, std::uint8_t>> rows) {
  dot_rows<Products>(shape, constants, epilogue, rows);
}

}  // namespace denoiseae
