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

/// Converts values to whole numbers, which the packing below clamps to codes. The conversion rounds
/// halves to even. A value that is not a number becomes the lowest number, because min then returns
/// its second operand, and so a code of 0.
__m512i whole(__m512 values) {
  return _mm512_cvtps_epi32(_mm512_min_ps(_mm512_set1_ps(255), values));
}

__m128i to_codes(__m512 values) {
  return _mm512_cvtusepi32_epi8(_mm512_max_epi32(whole(values), _mm512_setzero_si512()));
}

/// Packs and clamps four vectors, or two into the lower half. Packing keeps quarters of registers
/// apart.
__m512i packed(__m512i a, __m512i b, __m512i c, __m512i d) {
  const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_permutexvar_epi32(
      order, _mm512_packus_epi16(_mm512_packs_epi32(a, b), _mm512_packs_epi32(c, d)));
}
__m256i packed(__m512i a, __m512i b) { return _mm512_castsi512_si256(packed(a, b, a, b)); }

__m512 to_floats(__m128i codes) { return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(codes)); }

}  // namespace

void quantise_row_avx512(const float* in, std::uint8_t* out, int count, float factor) {
  const __m512 factors = _mm512_set1_ps(factor);
  int i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    const auto codes = [&](int vector) {
      return whole(_mm512_mul_ps(_mm512_loadu_ps(in + i + vector * kLanes), factors));
    };
    _mm512_storeu_si512(out + i, packed(codes(0), codes(1), codes(2), codes(3)));
  }
  for (; i < count; i += kLanes) {
    const __mmask16 lanes = lanes_of(count - i);
    const __m512 values = _mm512_mul_ps(_mm512_maskz_loadu_ps(lanes, in + i), factors);
    _mm_mask_storeu_epi8(out + i, lanes, to_codes(values));
  }
}

void quantise_sum_row_avx512(const Segments& segments, const float* in, const std::uint8_t* addend,
                             std::uint8_t* out, SumFactors factors) {
  const __m512 of_in = _mm512_set1_ps(factors.in), of_addend = _mm512_set1_ps(factors.addend);
  const auto sum = [&](__m512 values, __m128i codes) {
    return _mm512_add_ps(_mm512_mul_ps(values, of_in), _mm512_mul_ps(to_floats(codes), of_addend));
  };
  const int length = segments.length;
  for (int s = 0; s < segments.count;
       ++s, in += segments.in_step, addend += length, out += length) {
    int i = 0;
    for (; i + 2 * kLanes <= length; i += 2 * kLanes) {
      const auto codes = [&](int first) {
        return whole(sum(_mm512_loadu_ps(in + first),
                         _mm_loadu_si128(reinterpret_cast<const __m128i*>(addend + first))));
      };
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i), packed(codes(i), codes(i + kLanes)));
    }
    for (; i < length; i += kLanes) {
      const __mmask16 lanes = lanes_of(length - i);
      const __m512 values =
          sum(_mm512_maskz_loadu_ps(lanes, in + i), _mm_maskz_loadu_epi8(lanes, addend + i));
      _mm_mask_storeu_epi8(out + i, lanes, to_codes(values));
    }
  }
}

}  // namespace denoiseae
