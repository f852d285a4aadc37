// SPDX-License-Identifier: LGPL-2.1-or-later
// Interpolates 8-bit codes between the samples, at quarters along each axis. Each variant of
// noise_cells compiles this text for its instruction set.
#pragma once

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

/// Writes kRows rows of kVectors kLanes codes that lie between those at from. kSamplesBefore rows
/// and columns before them are read, and kSamplesAfter after them.
template <int kRows, int kVectors>
inline void codes_between(const std::uint8_t* from, std::ptrdiff_t stride, QuarterOffset offset,
                          std::uint8_t* to, std::ptrdiff_t to_stride) {
  constexpr int kTaps = kSamplesBefore + 1 + kSamplesAfter, kSourceRows = kRows + kTaps - 1;
  const std::array<std::int16_t, kTaps>& across = kCodeTaps[offset.x];
  const std::array<std::int16_t, kTaps>& down = kCodeTaps[offset.y];
  for (int vector = 0; vector < kVectors; ++vector) {
    const std::uint8_t* const first = from + vector * kLanes - kSamplesBefore;
    Lanes rows[kSourceRows];
    for (int y = 0; y < kSourceRows; ++y) {
      const std::uint8_t* const row = first + (y - kSamplesBefore) * stride;
      // At most 77 times 255: it fits.
      rows[y] = across[0] * lanes_of(row);
      for (int tap = 1; tap < kTaps; ++tap) rows[y] += across[tap] * lanes_of(row + tap);
    }
    for (int y = 0; y < kRows; ++y) {
      WideLanes sum = WideLanes{} + 64 * 64 / 2;
      for (int tap = 0; tap < kTaps; ++tap)
        sum += down[tap] * __builtin_convertvector(rows[y + tap], WideLanes);
      const WideLanes codes = sum >> 12;
      const WideLanes positive = codes < 0 ? WideLanes{} : codes;
      const CodeLanes result =
          __builtin_convertvector(positive > 255 ? WideLanes{} + 255 : positive, CodeLanes);
      std::memcpy(to + y * to_stride + vector * kLanes, &result, sizeof result);
    }
  }
}

}  // namespace
}  // namespace denoiseae
