// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include <cstring>

#include "kernels/sad/sad.h"

namespace denoiseae {
namespace {

struct Block {
  __m512i rows[4];
};

inline __m256i load_twice(const std::uint8_t* p, const std::uint8_t* q) {
  return _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p))),
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(q)), 1);
}

inline __m512i four_rows(const std::uint8_t* p, std::ptrdiff_t stride) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(load_twice(p, p + stride)),
                            load_twice(p + 2 * stride, p + 3 * stride), 1);
}

inline Block load_block(const std::uint8_t* p, std::ptrdiff_t stride) {
  Block block;
  for (int i = 0; i < 4; ++i, p += 4 * stride) block.rows[i] = four_rows(p, stride);
  return block;
}

inline int sad(const Block& a, const std::uint8_t* b, std::ptrdiff_t stride) {
  __m512i sums = _mm512_setzero_si512();
  for (const __m512i& rows : a.rows) {
    sums = _mm512_add_epi32(sums, _mm512_sad_epu8(rows, four_rows(b, stride)));
    b += 4 * stride;
  }
  const __m256i half =
      _mm256_add_epi32(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1));
  const __m128i quarter =
      _mm_add_epi32(_mm256_castsi256_si128(half), _mm256_extracti128_si256(half, 1));
  return _mm_cvtsi128_si32(_mm_add_epi32(quarter, _mm_unpackhi_epi64(quarter, quarter)));
}

}  // namespace

int sad_16x16_avx512(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                     std::ptrdiff_t b_stride) {
  return sad(load_block(a, a_stride), b, b_stride);
}

void sad_16x16_around_avx512(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                             std::ptrdiff_t b_stride, int* sums) {
  const Block block = load_block(a, a_stride);
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx) *sums++ = sad(block, b + dy * b_stride + dx, b_stride);
}

void sad_8x8_along_avx512(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                          std::ptrdiff_t b_stride, std::uint16_t* sums) {
  // In each 64 bits, dbpsadbw sums the differences of the four samples of its first operand for
  // four displacements over eight samples of the second. The constants choose these eight: 0 ... 7,
  // 4 ... 11, ... for the first four samples of a row, and 4 ... 11, 8 ... 15, ... for the next
  // four.
  constexpr int kFirstFour = 0b10010100, kNextFour = 0b11101001;
  const auto broadcast = [](const std::uint8_t* p) {
    std::int32_t four;
    std::memcpy(&four, p, sizeof four);
    return _mm256_set1_epi32(four);
  };
  const auto two_broadcast = [&](const std::uint8_t* p) {
    return _mm512_inserti64x4(_mm512_castsi256_si512(broadcast(p)), broadcast(p + a_stride), 1);
  };
  __m512i sum = _mm512_setzero_si512();
  for (int y = 0; y < 8; y += 2, a += 2 * a_stride, b += 2 * b_stride) {
    const __m512i rows = _mm512_inserti64x4(_mm512_castsi256_si512(load_twice(b, b + 8)),
                                            load_twice(b + b_stride, b + b_stride + 8), 1);
    sum = _mm512_add_epi16(sum, _mm512_dbsad_epu8(two_broadcast(a), rows, kFirstFour));
    sum = _mm512_add_epi16(sum, _mm512_dbsad_epu8(two_broadcast(a + 4), rows, kNextFour));
  }
  _mm256_storeu_si256(
      reinterpret_cast<__m256i*>(sums),
      _mm256_add_epi16(_mm512_castsi512_si256(sum), _mm512_extracti64x4_epi64(sum, 1)));
}

}  // namespace denoiseae
