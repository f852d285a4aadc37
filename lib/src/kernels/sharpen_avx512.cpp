// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/sharpen.h"

namespace denoiseae {
namespace {

constexpr int kBytes = 64;

inline __m512i load(const std::uint8_t* p) {
  return _mm512_loadu_si512(reinterpret_cast<const __m512i*>(p));
}

// 32 samples, widened to 16 bits. Center and detail are interleaved so that one multiply-add per 16
// samples forms the exact 32-bit sum 256 center + amount detail; 16-bit products would overflow
// from amount 1/8 on.
inline __m512i sharpen32(__m512i center, __m512i above, __m512i below, __m512i left, __m512i right,
                         __m512i weights) {
  const __m512i around =
      _mm512_add_epi16(_mm512_add_epi16(above, below), _mm512_add_epi16(left, right));
  const __m512i detail = _mm512_sub_epi16(_mm512_slli_epi16(center, 2), around);
  const __m512i half = _mm512_set1_epi32(128);
  const __m512i low = _mm512_srai_epi32(
      _mm512_add_epi32(_mm512_madd_epi16(_mm512_unpacklo_epi16(center, detail), weights), half), 8);
  const __m512i high = _mm512_srai_epi32(
      _mm512_add_epi32(_mm512_madd_epi16(_mm512_unpackhi_epi16(center, detail), weights), half), 8);
  return _mm512_packs_epi32(low, high);
}

inline void sharpen64(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                      std::uint8_t* out, int step, __m512i weights) {
  const __m512i zero = _mm512_setzero_si512();
  const __m512i c = load(row), a = load(above), b = load(below);
  const __m512i l = load(row - step), r = load(row + step);
  // Unpacking and packing both work within halves of a register, so the order is kept.
  const __m512i low = sharpen32(_mm512_unpacklo_epi8(c, zero), _mm512_unpacklo_epi8(a, zero),
                                _mm512_unpacklo_epi8(b, zero), _mm512_unpacklo_epi8(l, zero),
                                _mm512_unpacklo_epi8(r, zero), weights);
  const __m512i high = sharpen32(_mm512_unpackhi_epi8(c, zero), _mm512_unpackhi_epi8(a, zero),
                                 _mm512_unpackhi_epi8(b, zero), _mm512_unpackhi_epi8(l, zero),
                                 _mm512_unpackhi_epi8(r, zero), weights);
  _mm512_storeu_si512(reinterpret_cast<__m512i*>(out), _mm512_packus_epi16(low, high));
}

}  // namespace

void sharpen_row_avx512(const std::uint8_t* above, const std::uint8_t* row,
                        const std::uint8_t* below, std::uint8_t* out, int bytes, int step,
                        int amount) {
  const int last = bytes - step - kBytes;  // the last position where a vector and its right fit
  if (last < step) {
    sharpen_bytes_c(above, row, below, out, bytes, step, amount, 0, bytes);
    return;
  }
  const __m512i weights = _mm512_set1_epi32(amount << 16 | 256);
  sharpen_bytes_c(above, row, below, out, bytes, step, amount, 0, step);
  for (int i = step; i < last; i += kBytes)
    sharpen64(above + i, row + i, below + i, out + i, step, weights);
  // Overlaps the vector before it, which is cheaper than finishing byte by byte.
  sharpen64(above + last, row + last, below + last, out + last, step, weights);
  sharpen_bytes_c(above, row, below, out, bytes, step, amount, bytes - step, bytes);
}

}  // namespace denoiseae
