// SPDX-License-Identifier: LGPL-2.1-or-later
// Parts that the kernels on matrix tiles (AMX) share. The namespace is unnamed, so that each source
// file has its own copy (see bfloat16.h).
#pragma once

#include <immintrin.h>

#include <cstdint>

#include "kernels/bfloat16.h"

namespace denoiseae {
namespace {

/// The operand of ldtilecfg. It configures eight tiles of 16 rows of 64 bytes.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// Keeps the compiler from moving writes behind the loads of tiles: it does not see which memory
/// those read.
inline void compiler_barrier() { asm volatile("" ::: "memory"); }

/// Configures the tiles of the thread, and releases them when it is destroyed.
class TilesInUse {
 public:
  TilesInUse() {
    const TileConfig config;
    compiler_barrier();
    _tile_loadconfig(&config);
  }
  ~TilesInUse() { _tile_release(); }
  TilesInUse(const TilesInUse&) = delete;
  TilesInUse& operator=(const TilesInUse&) = delete;
};

inline __m512 leaky(__m512 x, __m512 slope) { return _mm512_max_ps(x, _mm512_mul_ps(x, slope)); }

inline __m512 from_bfloat16(__m256i values) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16));
}

inline __m512 from_codes(__m128i codes) { return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(codes)); }

/// Converts values to codes: the nearest whole numbers, halves to the even one, clamped to 0 ...
/// 255.
inline __m128i to_codes(__m512 x) {
  return _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(_mm512_max_ps(x, _mm512_setzero_ps())));
}

/// Computes out = after(before(sums) + addend) for count groups of 32 values. before and after are
/// the slopes of leaky ReLU. The first 16 values of a group come from sums, the others from next.
/// From one group to the next, sums and next are 16 values further, addend and out step values.
template <bool has_addend>
void finish_pairs(const float* sums, const float* next, int count, __m512 before, __m512 after,
                  const Bfloat16* addend, Bfloat16* out, int step) {
  if constexpr (!has_addend) before = _mm512_mul_ps(before, after);
  for (int i = 0; i < count; ++i, sums += 16, next += 16, out += step) {
    __m512 x = leaky(_mm512_load_ps(sums), before);
    __m512 y = leaky(_mm512_load_ps(next), before);
    if constexpr (has_addend) {
      const auto* values = reinterpret_cast<const __m256i*>(addend + i * step);
      x = leaky(_mm512_add_ps(x, from_bfloat16(_mm256_loadu_si256(values))), after);
      y = leaky(_mm512_add_ps(y, from_bfloat16(_mm256_loadu_si256(values + 1))), after);
    }
    _mm512_storeu_si512(out, (__m512i)_mm512_cvtne2ps_pbh(y, x));
  }
}

}  // namespace
}  // namespace denoiseae
