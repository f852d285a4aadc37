// SPDX-License-Identifier: LGPL-2.1-or-later
// Interpolates 8-bit codes between the samples, at quarters along each axis. Each variant of
// noise_cells compiles this text for its instruction set.
#pragma once

#ifdef __AVX2__
#include <immintrin.h>
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/noise_cells/noise_cells.h"

namespace denoiseae {

/// The weights of six samples for each quarter, in 64ths. They are those of kInterpolation
/// (motion/luma_block.h), rounded.
inline constexpr std::array<std::array<std::int16_t, 6>, 4> kCodeTaps = {{
    {0, 0, 64, 0, 0, 0},
    {2, -9, 57, 17, -4, 1},
    {2, -9, 39, 39, -9, 2},
    {1, -4, 17, 57, -9, 2},
}};

/// By how much differences from interpolated codes are enlarged, in 256ths, so that white noise
/// makes them as large as differences from the samples themselves. At 4 y + x for a place.
extern const int* const kChangeGains;

namespace {

inline int change_gain(QuarterOffset offset) { return kChangeGains[4 * offset.y + offset.x]; }

/// Eight 16-bit numbers, which compilers compute with at once.
constexpr int kLanes = 8;
using Lanes [[gnu::vector_size(2 * kLanes)]] = std::int16_t;
using WideLanes [[gnu::vector_size(4 * kLanes)]] = std::int32_t;
using CodeLanes [[gnu::vector_size(kLanes)]] = std::uint8_t;

inline Lanes lanes_of(const std::uint8_t* codes) {
  CodeLanes lanes;
  std::memcpy(&lanes, codes, sizeof lanes);
  return __builtin_convertvector(lanes, Lanes);
}

constexpr int kCodeTapCount = kSamplesBefore + 1 + kSamplesAfter;

/// Eight samples of two planes that lie alike in memory, or sixteen of one.
struct SamplePairOfEights {
  const std::uint8_t* first;
  const std::uint8_t* second;
};

#ifdef __AVX2__
// GCC 12 makes none of the instructions that multiply and add pairs of numbers from these sums, and
// takes three times as long.

/// Returns the samples kSamplesBefore before the eight of one plane and the five after that, and
/// then those from the sixth on. Together these are all that eight codes are made of, and nothing
/// else is read.
inline __m128i samples_around(const std::uint8_t* codes) {
  const auto eight = [codes](int first) {
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(codes + first));
  };
  return _mm_unpacklo_epi64(eight(-kSamplesBefore), eight(kSamplesAfter));
}

/// Pairs of taps, each pair in all 16-bit lanes.
struct TapPairs {
  __m256i pairs[kCodeTapCount / 2];

  explicit TapPairs(int place) {
    for (int i = 0; i < kCodeTapCount / 2; ++i) {
      const int first = kCodeTaps[place][2 * i], second = kCodeTaps[place][2 * i + 1];
      pairs[i] = _mm256_set1_epi16(static_cast<std::int16_t>((first & 255) | second * 256));
    }
  }
};

/// Returns a row of codes between the samples of that row, in 64ths.
inline __m256i row_between(const SamplePairOfEights& from, std::ptrdiff_t at,
                           const TapPairs& taps) {
  const __m256i samples = _mm256_inserti128_si256(
      _mm256_castsi128_si256(samples_around(from.first + at)), samples_around(from.second + at), 1);
  // Sample i lies in byte i, or from the ninth on in byte i + 3.
  const auto pairs = [&](char a, char b, char c, char d, char e, char f, char g, char h, char i) {
    return _mm256_shuffle_epi8(
        samples, _mm256_setr_epi8(a, b, b, c, c, d, d, e, e, f, f, g, g, h, h, i, a, b, b, c, c, d,
                                  d, e, e, f, f, g, g, h, h, i));
  };
  // The sums are at most 82 times 255: they fit.
  const __m256i first = _mm256_maddubs_epi16(pairs(0, 1, 2, 3, 4, 5, 6, 7, 11), taps.pairs[0]);
  const __m256i second = _mm256_maddubs_epi16(pairs(2, 3, 4, 5, 6, 7, 11, 12, 13), taps.pairs[1]);
  const __m256i third = _mm256_maddubs_epi16(pairs(4, 5, 6, 7, 11, 12, 13, 14, 15), taps.pairs[2]);
  return _mm256_add_epi16(_mm256_add_epi16(first, second), third);
}

template <int kRows>
inline void codes_between(const SamplePairOfEights& from, std::ptrdiff_t stride,
                          QuarterOffset offset, std::uint8_t* to, std::ptrdiff_t to_stride) {
  constexpr int kSourceRows = kRows + kCodeTapCount - 1;
  const TapPairs across(offset.x);
  __m256i rows[kSourceRows];
  for (int y = 0; y < kSourceRows; ++y)
    rows[y] = row_between(from, (y - kSamplesBefore) * stride, across);
  __m256i low[kSourceRows - 1], high[kSourceRows - 1];
  for (int y = 0; y + 1 < kSourceRows; ++y) {
    low[y] = _mm256_unpacklo_epi16(rows[y], rows[y + 1]);
    high[y] = _mm256_unpackhi_epi16(rows[y], rows[y + 1]);
  }
  __m256i taps[kCodeTapCount / 2];
  for (int pair = 0; pair < kCodeTapCount / 2; ++pair) {
    std::int32_t both;
    std::memcpy(&both, &kCodeTaps[offset.y][2 * pair], sizeof both);
    taps[pair] = _mm256_set1_epi32(both);
  }
  for (int y = 0; y < kRows; ++y) {
    const auto codes = [&](const __m256i* pairs) {
      __m256i sum = _mm256_set1_epi32(64 * 64 / 2);
      for (int pair = 0; pair < kCodeTapCount / 2; ++pair)
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs[y + 2 * pair], taps[pair]));
      return _mm256_srai_epi32(sum, 12);
    };
    const __m256i words = _mm256_packs_epi32(codes(low), codes(high));
    const __m128i bytes =
        _mm_packus_epi16(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + y * to_stride), bytes);
  }
}
#else
template <int kRows>
inline void codes_between(const SamplePairOfEights& from, std::ptrdiff_t stride,
                          QuarterOffset offset, std::uint8_t* to, std::ptrdiff_t to_stride) {
  constexpr int kSourceRows = kRows + kCodeTapCount - 1;
  const std::array<std::int16_t, kCodeTapCount>& across = kCodeTaps[offset.x];
  const std::array<std::int16_t, kCodeTapCount>& down = kCodeTaps[offset.y];
  for (const std::uint8_t* const eight : {from.first, from.second}) {
    const std::uint8_t* const first = eight - kSamplesBefore;
    Lanes rows[kSourceRows];
    for (int y = 0; y < kSourceRows; ++y) {
      const std::uint8_t* const row = first + (y - kSamplesBefore) * stride;
      // At most 82 times 255: it fits.
      rows[y] = across[0] * lanes_of(row);
      for (int tap = 1; tap < kCodeTapCount; ++tap) rows[y] += across[tap] * lanes_of(row + tap);
    }
    for (int y = 0; y < kRows; ++y) {
      WideLanes sum = WideLanes{} + 64 * 64 / 2;
      for (int tap = 0; tap < kCodeTapCount; ++tap)
        sum += down[tap] * __builtin_convertvector(rows[y + tap], WideLanes);
      const WideLanes codes = sum >> 12;
      const WideLanes positive = codes < 0 ? WideLanes{} : codes;
      const CodeLanes result =
          __builtin_convertvector(positive > 255 ? WideLanes{} + 255 : positive, CodeLanes);
      std::memcpy(to + y * to_stride, &result, sizeof result);
    }
    to += kLanes;
  }
}
#endif

}  // namespace
}  // namespace denoiseae
