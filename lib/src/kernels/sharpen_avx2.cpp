// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/sharpen.h"

namespace denoiseae {
namespace {

constexpr int kBytes = 32;

inline __m256i load(const std::uint8_t* p) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
}

// 16 samples, widened to 16 bits. Center and detail are interleaved so that one multiply-add per 8
// samples forms the exact 32-bit sum 256 center + amount detail; 16-bit products would overflow
// from amount 1/8 on.
inline __m256i sharpen16(__m256i center, __m256i above, __m256i below, __m256i left, __m256i right,
                         __m256i weights) {
  const __m256i around =
      _mm256_add_epi16(_mm256_add_epi16(above, below), _mm256_add_epi16(left, right));
  const __m256i detail = _mm256_sub_epi16(_mm256_slli_epi16(center, 2), around);
  const __m256i half = _mm256_set1_epi32(128);
  const __m256i low = _mm256_srai_epi32(
      _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpacklo_epi16(center, detail), weights), half), 8);
  const __m256i high = _mm256_srai_epi32(
      _mm256_add_epi32(_mm256_madd_epi16(_mm256_unpackhi_epi16(center, detail), weights), half), 8);
  return _mm256_packs_epi32(low, high);
}

inline void sharpen32(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                      std::uint8_t* out, int step, __m256i weights) {
  const __m256i zero = _mm256_setzero_si256();
  const __m256i c = load(row), a = load(above), b = load(below);
  const __m256i l = load(row - step), r = load(row + step);
  // Unpacking and packing both work within halves of a register, so the order is kept.
  const __m256i low = sharpen16(_mm256_unpacklo_epi8(c, zero), _mm256_unpacklo_epi8(a, zero),
                                _mm256_unpacklo_epi8(b, zero), _mm256_unpacklo_epi8(l, zero),
                                _mm256_unpacklo_epi8(r, zero), weights);
  const __m256i high = sharpen16(_mm256_unpackhi_epi8(c, zero), _mm256_unpackhi_epi8(a, zero),
                                 _mm256_unpackhi_epi8(b, zero), _mm256_unpackhi_epi8(l, zero),
                                 _mm256_unpackhi_epi8(r, zero), weights);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_packus_epi16(low, high));
}

}  // namespace

void sharpen_row_avx2(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                      std::uint8_t* out, int bytes, int step, int amount) {
  const int last = bytes - step - kBytes;  // the last position where a vector and its right fit
  if (last < step) {
    sharpen_bytes_c(above, row, below, out, bytes, step, amount, 0, bytes);
    return;
  }
  const __m256i weights = _mm256_set1_epi32(amount << 16 | 256);
  sharpen_bytes_c(above, row, below, out, bytes, step, amount, 0, step);
  for (int i = step; i < last; i += kBytes)
    sharpen32(above + i, row + i, below + i, out + i, step, weights);
  // Overlaps the vector before it, which is cheaper than finishing byte by byte.
  sharpen32(above + last, row + last, below + last, out + last, step, weights);
  sharpen_bytes_c(above, row, below, out, bytes, step, amount, bytes - step, bytes);
}

}  // namespace denoiseae
