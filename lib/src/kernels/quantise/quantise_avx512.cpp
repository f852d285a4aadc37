// SPDX-License-Identifier: LGPL-2.1-or-later
// These loops are written by hand. GCC 12 makes masks for each comparison of the plain loops, which
// is four times as slow.
#include <immintrin.h>

#include "kernels/quantise/quantise.h"

namespace denoiseae {

namespace {

constexpr int kLanes = 16;

__mmask16 lanes_of(int count) {
  return count >= kLanes ? 0xffff : static_cast<__mmask16>((1u << count) - 1);
}

/// Converts values to codes. The conversion rounds halves to even. A value that is not a number
/// becomes 0, because max then returns its second operand.
__m128i to_codes(__m512 values) {
  const __m512 above = _mm512_max_ps(values, _mm512_setzero_ps());
  return _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(_mm512_min_ps(above, _mm512_set1_ps(255))));
}

__m512 to_floats(__m128i codes) { return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(codes)); }

}  // namespace

void quantise_row_avx512(const float* in, std::uint8_t* out, int count, float factor) {
  const __m512 factors = _mm512_set1_ps(factor);
  for (int i = 0; i < count; i += kLanes) {
    const __mmask16 lanes = lanes_of(count - i);
    const __m512 values = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, in + i), factors);
    _mm_mask_storeu_epi8(out + i, lanes, to_codes(values));
  }
}

void quantise_sum_row_avx512(const Segments& segments, const float* in, const std::uint8_t* addend,
                             std::uint8_t* out, SumFactors factors) {
  const __m512 of_in = _mm512_set1_ps(factors.in), of_addend = _mm512_set1_ps(factors.addend);
  const int length = segments.length;
  for (int s = 0; s < segments.count; ++s, in += segments.in_step, addend += length, out += length)
    for (int i = 0; i < length; i += kLanes) {
      const __mmask16 lanes = lanes_of(length - i);
      const __m512 first = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, in + i), of_in);
      const __m512 second =
          _mm512_mul_ps(to_floats(_mm_maskz_loadu_epi8(lanes, addend + i)), of_addend);
      _mm_mask_storeu_epi8(out + i, lanes, to_codes(_mm512_add_ps(first, second)));
    }
}

}  // namespace denoiseae
