// SPDX-License-Identifier: LGPL-2.1-or-later
// These loops are written by hand. GCC 12 makes no vectors of the plain loops, which takes ten
// times as long.
#include <immintrin.h>

#include "kernels/quantise/quantise_loops.h"

namespace denoiseae {

namespace {

constexpr int kLanes = 8;

/// Converts values to whole numbers, which the packing below clamps to codes. The conversion rounds
/// halves to even. A value that is not a number becomes the lowest number, because min then returns
/// its second operand, and so a code of 0.
__m256i whole(__m256 values) {
  return _mm256_cvtps_epi32(_mm256_min_ps(_mm256_set1_ps(255), values));
}

/// Packs and clamps four vectors, or two into the lower half. Packing keeps the halves of registers
/// apart.
__m256i packed(__m256i a, __m256i b, __m256i c, __m256i d) {
  const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  return _mm256_permutevar8x32_epi32(
      _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d)), order);
}
__m128i packed(__m256i a, __m256i b) { return _mm256_castsi256_si128(packed(a, b, a, b)); }

__m256 to_floats(const std::uint8_t* codes) {
  const __m128i eight = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes));
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight));
}

}  // namespace

void quantise_row_avx2(const float* in, std::uint8_t* out, int count, float factor) {
  const __m256 factors = _mm256_set1_ps(factor);
  int i = 0;
  for (; i + 4 * kLanes <= count; i += 4 * kLanes) {
    const auto codes = [&](int vector) {
      return whole(_mm256_mul_ps(_mm256_loadu_ps(in + i + vector * kLanes), factors));
    };
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + i),
                        packed(codes(0), codes(1), codes(2), codes(3)));
  }
  quantise_row(in + i, out + i, count - i, factor);
}

void quantise_sum_row_avx2(const Segments& segments, const float* in, const std::uint8_t* addend,
                           std::uint8_t* out, SumFactors factors) {
  const __m256 of_in = _mm256_set1_ps(factors.in), of_addend = _mm256_set1_ps(factors.addend);
  const int length = segments.length;
  for (int s = 0; s < segments.count;
       ++s, in += segments.in_step, addend += length, out += length) {
    int i = 0;
    for (; i + 2 * kLanes <= length; i += 2 * kLanes) {
      const auto codes = [&](int first) {
        return whole(_mm256_add_ps(_mm256_mul_ps(_mm256_loadu_ps(in + first), of_in),
                                   _mm256_mul_ps(to_floats(addend + first), of_addend)));
      };
      _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), packed(codes(i), codes(i + kLanes)));
    }
    quantise_sum_row({1, length - i, length - i}, in + i, addend + i, out + i, factors);
  }
}

}  // namespace denoiseae
