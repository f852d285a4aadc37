// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include <array>
#include <cstdint>

#include "layout/luma_view.h"

namespace denoiseae {

/// Returns the sum of kWidth x kHeight samples, of which (x, y) is the first one.
template <int kWidth, int kHeight>
int area_sum(const LumaView& plane, int x, int y) {
  static_assert(kHeight <= 256, "a column's sum fits 16 bits");
  const std::uint8_t* row = plane.data + y * plane.stride_bytes + x;
#ifdef __SSE2__
  // Compilers do not see that differences from zero are sums.
  static_assert(kWidth == 8 || kWidth == 16);
  __m128i sums = _mm_setzero_si128();
  for (int i = 0; i < kHeight; ++i, row += plane.stride_bytes) {
    const auto* const codes = reinterpret_cast<const __m128i*>(row);
    const __m128i samples = kWidth == 16 ? _mm_loadu_si128(codes) : _mm_loadl_epi64(codes);
    sums = _mm_add_epi32(sums, _mm_sad_epu8(samples, _mm_setzero_si128()));
  }
  return _mm_cvtsi128_si32(sums) + _mm_cvtsi128_si32(_mm_unpackhi_epi64(sums, sums));
#else
  std::uint16_t columns[kWidth] = {};
  for (int i = 0; i < kHeight; ++i, row += plane.stride_bytes)
    for (int k = 0; k < kWidth; ++k) columns[k] = static_cast<std::uint16_t>(columns[k] + row[k]);
  int sum = 0;
  for (const std::uint16_t column : columns) sum += column;
  return sum;
#endif
}

/// Returns the mean code of an area.
template <int kWidth, int kHeight>
float area_mean(const LumaView& plane, int x, int y) {
  return static_cast<float>(area_sum<kWidth, kHeight>(plane, x, y)) / (kWidth * kHeight);
}

/// Returns the mean codes of four areas of 8 x kHeight samples: that at (x, y), that one further to
/// the right, and both that lie one row below these.
template <int kHeight>
std::array<float, 4> area_means_around(const LumaView& plane, int x, int y) {
  constexpr int kWidth = 8;
#ifdef __SSE2__
  const std::uint8_t* row = plane.data + y * plane.stride_bytes + x;
  const auto sums_of = [](const std::uint8_t* codes) {
    const auto eight = [codes](int first) {
      return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + first));
    };
    return _mm_sad_epu8(_mm_unpacklo_epi64(eight(0), eight(1)), _mm_setzero_si128());
  };
  const __m128i first = sums_of(row);
  __m128i shared = _mm_setzero_si128();
  for (int i = 1; i < kHeight; ++i)
    shared = _mm_add_epi32(shared, sums_of(row + i * plane.stride_bytes));
  const __m128i upper = _mm_add_epi32(first, shared);
  const __m128i lower = _mm_add_epi32(shared, sums_of(row + kHeight * plane.stride_bytes));
  const auto mean = [](__m128i sum) {
    return static_cast<float>(_mm_cvtsi128_si32(sum)) / (kWidth * kHeight);
  };
  return {mean(upper), mean(_mm_unpackhi_epi64(upper, upper)), mean(lower),
          mean(_mm_unpackhi_epi64(lower, lower))};
#else
  return {area_mean<kWidth, kHeight>(plane, x, y), area_mean<kWidth, kHeight>(plane, x + 1, y),
          area_mean<kWidth, kHeight>(plane, x, y + 1),
          area_mean<kWidth, kHeight>(plane, x + 1, y + 1)};
#endif
}

}  // namespace denoiseae
