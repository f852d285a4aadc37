// SPDX-License-Identifier: LGPL-2.1-or-later
// Moves the samples of 2x2 blocks between registers, rows of codes and packed values.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace denoiseae {
namespace {

/// Loads two blocks of 4 values, which are step floats apart.
inline __m256 two_blocks(const float* values, int step) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(values)),
                              _mm_loadu_ps(values + step), 1);
}

/// Loads the chroma of four blocks, in pairs of U and V. packed: the values of the first block,
/// step floats before those of the second; the chroma follows four values of luma.
inline __m256 chroma_of_blocks(const float* packed, int step) {
  const auto pair = [packed, step](int i) {
    return _mm_castsi128_ps(
        _mm_loadl_epi64(reinterpret_cast<const __m128i*>(packed + i * step + 4)));
  };
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_movelh_ps(pair(0), pair(1))),
                              _mm_movelh_ps(pair(2), pair(3)), 1);
}

inline __m128i load_8_bytes(const std::uint8_t* p) {
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p));
}
inline __m128i load_16_bytes(const std::uint8_t* p) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}

/// Stores the samples of a block, the first six values. Stores with a mask are several times as
/// slow on AMD's CPUs.
inline void store_packed(float* to, __m256 values) {
  _mm_storeu_ps(to, _mm256_castps256_ps128(values));
  _mm_storel_pi(reinterpret_cast<__m64*>(to + 4), _mm256_extractf128_ps(values, 1));
}

/// Converts values to codes in 32-bit integers. It rounds half up and clamps. A value that is not a
/// number becomes 0.
inline __m256i to_codes(__m256 code) {
  const __m256 above =
      _mm256_max_ps(_mm256_add_ps(code, _mm256_set1_ps(0.5f)), _mm256_setzero_ps());
  return _mm256_cvttps_epi32(_mm256_min_ps(above, _mm256_set1_ps(255)));
}

/// Stores four blocks of luma, which are 8 samples of each row.
inline void store_blocks(__m256i first, __m256i second, std::uint8_t* top, std::uint8_t* bottom) {
  // Packing keeps the halves of registers apart: blocks 0 and 2 come first, then 1 and 3.
  const __m256i words = _mm256_packs_epi32(first, second);
  const __m256i bytes = _mm256_packus_epi16(words, words);
  const __m128i blocks =
      _mm_unpacklo_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
  const __m128i by_rows = _mm_setr_epi8(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
  const __m128i rows = _mm_shuffle_epi8(blocks, by_rows);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(top), rows);
  _mm_storel_epi64(reinterpret_cast<__m128i*>(bottom), _mm_unpackhi_epi64(rows, rows));
}

}  // namespace
}  // namespace denoiseae
