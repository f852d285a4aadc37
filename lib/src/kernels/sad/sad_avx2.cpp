// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "kernels/sad/sad.h"

namespace denoiseae {
namespace {

struct Block {
  __m256i rows[8];
};

inline __m128i load(const std::uint8_t* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}

inline __m256i two_rows(const std::uint8_t* p, std::ptrdiff_t stride) {
  return _mm256_inserti128_si256(_mm256_castsi128_si256(load(p)), load(p + stride), 1);
}

inline Block load_block(const std::uint8_t* p, std::ptrdiff_t stride) {
  Block block;
  for (int i = 0; i < 8; ++i, p += 2 * stride) block.rows[i] = two_rows(p, stride);
  return block;
}

inline int sad(const Block& a, const std::uint8_t* b, std::ptrdiff_t stride) {
  __m256i sums = _mm256_setzero_si256();
  for (const __m256i& rows : a.rows) {
    sums = _mm256_add_epi32(sums, _mm256_sad_epu8(rows, two_rows(b, stride)));
    b += 2 * stride;
  }
  const __m128i half =
      _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_unpackhi_epi64(half, half)));
}

}  // namespace

int sad_16x16_avx2(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                   std::ptrdiff_t b_stride) {
  return sad(load_block(a, a_stride), b, b_stride);
}

void sad_16x16_around_avx2(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                           std::ptrdiff_t b_stride, int* sums) {
  const Block block = load_block(a, a_stride);
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx) *sums++ = sad(block, b + dy * b_stride + dx, b_stride);
}

void sad_8x8_along_avx2(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                        std::ptrdiff_t b_stride, std::uint16_t* sums) {
  // mpsadbw sums the differences of four samples for eight displacements, in each half of the
  // register.
  constexpr int kFirstFour = 0, kNextFour = 0b101101;
  __m256i sum = _mm256_setzero_si256();
  for (int y = 0; y < 8; ++y, a += a_stride, b += b_stride) {
    const __m256i row =
        _mm256_broadcastsi128_si256(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(a)));
    const __m256i other = _mm256_inserti128_si256(_mm256_castsi128_si256(load(b)), load(b + 8), 1);
    sum = _mm256_add_epi16(sum, _mm256_mpsadbw_epu8(other, row, kFirstFour));
    sum = _mm256_add_epi16(sum, _mm256_mpsadbw_epu8(other, row, kNextFour));
  }
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums), sum);
}

}  // namespace denoiseae
