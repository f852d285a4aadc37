// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants. Each variant compiles this text for its instruction set.
#pragma once

#include <algorithm>
#include <cstdlib>

#include "kernels/noise_cells/noise_cells.h"

namespace denoiseae {

/// The values of noise_cell_log for all magnitudes that cells have.
extern const float* const kNoiseCellLogs;

namespace {

/// The Haar transform of four values in two rows, without its divisor of 2.
struct HaarBands {
  int sum = 0;
  int horizontal = 0;
  int vertical = 0;
  int diagonal = 0;

  HaarBands(int a, int b, int c, int d)
      : sum(a + b + c + d),
        horizontal(a - b + c - d),
        vertical(a + b - c - d),
        diagonal(a - b - c + d) {}
};

inline HaarBands bands_at(const std::uint8_t* top, std::ptrdiff_t stride) {
  const std::uint8_t* const bottom = top + stride;
  return {top[0], top[1], bottom[0], bottom[1]};
}

inline bool is_clipped(int code) { return code <= 1 || code >= 254; }

inline void luma_values(const std::uint8_t* luma, std::ptrdiff_t stride, float* values) {
  int horizontal = 0, vertical = 0, diagonal = 0, flattest = 3 * 510, clipped = 0;
  int sums[4];
  for (int block = 0; block < 4; ++block) {
    const std::uint8_t* const at = luma + (block / 2) * 2 * stride + (block % 2) * 2;
    const HaarBands bands = bands_at(at, stride);
    const int h = std::abs(bands.horizontal), v = std::abs(bands.vertical),
              d = std::abs(bands.diagonal);
    horizontal += h;
    vertical += v;
    diagonal += d;
    flattest = std::min(flattest, h + v + d);
    sums[block] = bands.sum;
    clipped +=
        is_clipped(at[0]) + is_clipped(at[1]) + is_clipped(at[stride]) + is_clipped(at[stride + 1]);
  }
  const HaarBands half(sums[0], sums[1], sums[2], sums[3]);
  values[kCellHorizontal] = kNoiseCellLogs[horizontal];
  values[kCellVertical] = kNoiseCellLogs[vertical];
  values[kCellDiagonal] = kNoiseCellLogs[diagonal];
  values[kCellHalfHorizontal] = kNoiseCellLogs[std::abs(half.horizontal)];
  values[kCellHalfVertical] = kNoiseCellLogs[std::abs(half.vertical)];
  values[kCellHalfDiagonal] = kNoiseCellLogs[std::abs(half.diagonal)];
  values[kCellFlattest] = kNoiseCellLogs[flattest];
  values[kCellBrightness] = static_cast<float>(half.sum) / 2040.0f - 1.0f;
  values[kCellClipped] = static_cast<float>(clipped) / 16.0f;
}

inline void chroma_values(const std::uint8_t* u, const std::uint8_t* v, std::ptrdiff_t stride,
                          float* values) {
  const HaarBands of_u = bands_at(u, stride), of_v = bands_at(v, stride);
  const int edges = std::abs(of_u.horizontal) + std::abs(of_u.vertical) +
                    std::abs(of_v.horizontal) + std::abs(of_v.vertical);
  values[kCellChromaEdges] = kNoiseCellLogs[edges];
  values[kCellChromaDiagonal] = kNoiseCellLogs[std::abs(of_u.diagonal) + std::abs(of_v.diagonal)];
}

/// Returns the sum of the magnitudes of the differences of 2x2 samples.
inline int block_change(const std::uint8_t* now, std::ptrdiff_t stride, const std::uint8_t* before,
                        std::ptrdiff_t stride_before) {
  return std::abs(now[0] - before[0]) + std::abs(now[1] - before[1]) +
         std::abs(now[stride] - before[stride_before]) +
         std::abs(now[stride + 1] - before[stride_before + 1]);
}

inline void change_values(const NoiseCellPlanes& now, const NoiseCellPlanes& before, int cell,
                          float* values) {
  int change = 0, diagonal = 0, mean = 0;
  for (int block = 0; block < 4; ++block) {
    const std::ptrdiff_t x = 4 * cell + (block % 2) * 2;
    const std::uint8_t* const at = now.luma + (block / 2) * 2 * now.luma_stride + x;
    const std::uint8_t* const was = before.luma + (block / 2) * 2 * before.luma_stride + x;
    const HaarBands is = bands_at(at, now.luma_stride), old = bands_at(was, before.luma_stride);
    change += block_change(at, now.luma_stride, was, before.luma_stride);
    diagonal += std::abs(is.diagonal - old.diagonal);
    mean += is.sum - old.sum;
  }
  const std::ptrdiff_t x = 2 * cell;
  const int chroma =
      block_change(now.u + x, now.chroma_stride, before.u + x, before.chroma_stride) +
      block_change(now.v + x, now.chroma_stride, before.v + x, before.chroma_stride);
  values[kCellChange] = kNoiseCellLogs[change];
  values[kCellDiagonalChange] = kNoiseCellLogs[diagonal];
  values[kCellMeanChange] = kNoiseCellLogs[std::abs(mean)];
  values[kCellChromaChange] = kNoiseCellLogs[chroma];
  // Two frames without a difference may be one frame that was repeated, noise and all.
  values[kCellKnown] = change + chroma > 0 ? 1.0f : 0.0f;
}

inline void noise_cells(const NoiseCellPlanes& now, const NoiseCellPlanes& before, int count,
                        float* values) {
  for (int cell = 0; cell < count; ++cell, values += kCellValues) {
    luma_values(now.luma + 4 * cell, now.luma_stride, values);
    chroma_values(now.u + 2 * cell, now.v + 2 * cell, now.chroma_stride, values);
    if (before.luma != nullptr) {
      change_values(now, before, cell, values);
    } else {
      values[kCellChange] = values[kCellDiagonalChange] = values[kCellMeanChange] =
          values[kCellChromaChange] = values[kCellKnown] = 0;
    }
  }
}

}  // namespace
}  // namespace denoiseae
