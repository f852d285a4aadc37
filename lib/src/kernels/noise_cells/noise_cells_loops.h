// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants. Each variant compiles this text for its instruction set. Four cells
// are measured at a time, whose rows of 16 samples are what compilers turn into vectors.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "kernels/noise_cells/between_samples.h"
#include "kernels/noise_cells/noise_cells.h"

namespace denoiseae {

/// The values of noise_cell_log for all magnitudes that cells have.
extern const float* const kNoiseCellLogs;
/// The largest magnitude is that of 16 differences of 255.
inline constexpr int kMaxCellMagnitude = 16 * 255;

namespace {

constexpr int kGroupColumns = 4 * kCellGroup;
static_assert(kGroupColumns == 2 * kLanes);

inline Lanes magnitude(Lanes values) { return values < 0 ? -values : values; }
inline Lanes smaller(Lanes a, Lanes b) { return a < b ? a : b; }

/// A row of 2 kLanes samples by pairs of columns.
struct SamplePairs {
  Lanes left;
  Lanes right;

  explicit SamplePairs(const std::uint8_t* row) {
    Lanes both;
    std::memcpy(&both, row, sizeof both);
    const Lanes low = both & 255, high = (both >> 8) & 255;
    constexpr bool kLowFirst = std::endian::native == std::endian::little;
    left = kLowFirst ? low : high;
    right = kLowFirst ? high : low;
  }
};

/// The Haar transforms of the 2x2 blocks of two rows, without their divisor of 2.
struct HaarBands {
  Lanes sum;
  Lanes horizontal;
  Lanes vertical;
  Lanes diagonal;

  HaarBands(const SamplePairs& top, const SamplePairs& bottom) {
    const Lanes upper = top.left + top.right, upper_step = top.left - top.right;
    const Lanes lower = bottom.left + bottom.right, lower_step = bottom.left - bottom.right;
    sum = upper + lower;
    horizontal = upper_step + lower_step;
    vertical = upper - lower;
    diagonal = upper_step - lower_step;
  }
};

/// Returns for each block the sum of the magnitudes of the differences of its four samples.
inline Lanes block_changes(const SamplePairs (&now)[2], const SamplePairs (&before)[2]) {
  return magnitude(now[0].left - before[0].left) + magnitude(now[0].right - before[0].right) +
         magnitude(now[1].left - before[1].left) + magnitude(now[1].right - before[1].right);
}

/// The samples of kCellGroup cells: four rows of luma, and two rows of U followed by V.
struct CellGroup {
  alignas(16) std::uint8_t luma[4][kGroupColumns];
  alignas(16) std::uint8_t chroma[2][kGroupColumns];

  /// Copies count cells; the others are black.
  CellGroup(const NoiseCellPlanes& planes, int count) {
    if (count == kCellGroup) {
      copy<kCellGroup>(planes, kCellGroup);
    } else {
      std::memset(this, 0, sizeof *this);
      copy<0>(planes, count);
    }
  }
  /// Interpolates the planes whose counterpart lies between samples.
  CellGroup(const NoiseCellsBefore& before, int count) : CellGroup(before.planes, count) {
    const NoiseCellPlanes& planes = before.planes;
    if (!before.luma.is_whole())
      codes_between<4>({planes.luma, planes.luma + kLanes}, planes.luma_stride, before.luma,
                       luma[0], kGroupColumns);
    if (!before.chroma.is_whole())
      codes_between<2>({planes.u, planes.v}, planes.chroma_stride, before.chroma, chroma[0],
                       kGroupColumns);
  }

 private:
  /// kCells: the number of cells where it is known at compile time, else 0.
  template <int kCells>
  void copy(const NoiseCellPlanes& planes, int cells) {
    const std::size_t columns = 4 * static_cast<std::size_t>(kCells > 0 ? kCells : cells);
    for (int y = 0; y < 4; ++y) std::memcpy(luma[y], planes.luma + y * planes.luma_stride, columns);
    for (int y = 0; y < 2; ++y) {
      std::memcpy(chroma[y], planes.u + y * planes.chroma_stride, columns / 2);
      std::memcpy(chroma[y] + kGroupColumns / 2, planes.v + y * planes.chroma_stride, columns / 2);
    }
  }
};

/// Everything that is measured of the blocks of a group.
struct GroupBands {
  SamplePairs luma[2][2];
  SamplePairs chroma[2];
  HaarBands luma_bands[2];
  HaarBands chroma_bands;

  explicit GroupBands(const CellGroup& group)
      : luma{{SamplePairs(group.luma[0]), SamplePairs(group.luma[1])},
             {SamplePairs(group.luma[2]), SamplePairs(group.luma[3])}},
        chroma{SamplePairs(group.chroma[0]), SamplePairs(group.chroma[1])},
        luma_bands{HaarBands(luma[0][0], luma[0][1]), HaarBands(luma[1][0], luma[1][1])},
        chroma_bands(chroma[0], chroma[1]) {}
};

/// Returns how many of both samples of each pair are clipped.
inline Lanes clipped_of(const SamplePairs& row) {
  // Comparisons give -1 where they hold.
  return -((row.left < 2) + (row.left > 253) + (row.right < 2) + (row.right > 253));
}

/// Returns in both lanes of each cell what the other one has.
inline Lanes beside(Lanes blocks) {
  return __builtin_shufflevector(blocks, blocks, 1, 0, 3, 2, 5, 4, 7, 6);
}

/// Returns in both lanes of each cell the sum of its two blocks of luma that stand side by side.
inline Lanes of_cells(Lanes blocks) { return blocks + beside(blocks); }

/// Returns in both lanes of each cell the sum of its block of U and that of V.
inline Lanes of_chroma(Lanes blocks) {
  return __builtin_shufflevector(blocks, blocks, 0, 0, 1, 1, 2, 2, 3, 3) +
         __builtin_shufflevector(blocks, blocks, 4, 4, 5, 5, 6, 6, 7, 7);
}

/// Numbers of the cells of a group, each in two lanes. Reading them from memory again is faster
/// than moving them out of vectors one by one.
class PerCell {
 public:
  explicit PerCell(Lanes lanes) { std::memcpy(numbers_, &lanes, sizeof lanes); }
  int operator[](int cell) const { return numbers_[2 * cell]; }

 private:
  alignas(16) std::int16_t numbers_[kLanes];
};

inline void own_values(const GroupBands& now, int count, float* values) {
  const HaarBands& upper = now.luma_bands[0];
  const HaarBands& lower = now.luma_bands[1];
  const Lanes h[2] = {magnitude(upper.horizontal), magnitude(lower.horizontal)};
  const Lanes v[2] = {magnitude(upper.vertical), magnitude(lower.vertical)};
  const Lanes d[2] = {magnitude(upper.diagonal), magnitude(lower.diagonal)};
  const Lanes flattest_of_column = smaller(h[0] + v[0] + d[0], h[1] + v[1] + d[1]);
  const Lanes clipped_blocks = clipped_of(now.luma[0][0]) + clipped_of(now.luma[0][1]) +
                               clipped_of(now.luma[1][0]) + clipped_of(now.luma[1][1]);
  const Lanes column = upper.sum + lower.sum, fall = upper.sum - lower.sum;
  const PerCell horizontal(of_cells(h[0] + h[1])), vertical(of_cells(v[0] + v[1]));
  const PerCell diagonal(of_cells(d[0] + d[1]));
  const PerCell half_horizontal(magnitude(column - beside(column)));
  const PerCell half_vertical(magnitude(of_cells(fall)));
  const PerCell half_diagonal(magnitude(fall - beside(fall)));
  const PerCell edges(
      of_chroma(magnitude(now.chroma_bands.horizontal) + magnitude(now.chroma_bands.vertical)));
  const PerCell corners(of_chroma(magnitude(now.chroma_bands.diagonal)));
  const PerCell flattest(smaller(flattest_of_column, beside(flattest_of_column)));
  const PerCell brightness(of_cells(column)), clipped(of_cells(clipped_blocks));
  for (int cell = 0; cell < count; ++cell, values += kCellValues) {
    values[kCellHorizontal] = kNoiseCellLogs[horizontal[cell]];
    values[kCellVertical] = kNoiseCellLogs[vertical[cell]];
    values[kCellDiagonal] = kNoiseCellLogs[diagonal[cell]];
    values[kCellHalfHorizontal] = kNoiseCellLogs[half_horizontal[cell]];
    values[kCellHalfVertical] = kNoiseCellLogs[half_vertical[cell]];
    values[kCellHalfDiagonal] = kNoiseCellLogs[half_diagonal[cell]];
    values[kCellChromaEdges] = kNoiseCellLogs[edges[cell]];
    values[kCellChromaDiagonal] = kNoiseCellLogs[corners[cell]];
    values[kCellFlattest] = kNoiseCellLogs[flattest[cell]];
    values[kCellBrightness] = static_cast<float>(brightness[cell]) / 2040.0f - 1.0f;
    values[kCellClipped] = static_cast<float>(clipped[cell]) / 16.0f;
    values[kCellChange] = values[kCellDiagonalChange] = values[kCellMeanChange] =
        values[kCellChromaChange] = values[kCellKnown] = 0;
  }
}

inline float log_of_change(int change, int gain) {
  return kNoiseCellLogs[std::min((change * gain + 128) >> 8, kMaxCellMagnitude)];
}

inline void change_values(const GroupBands& now, const GroupBands& before, QuarterOffset luma,
                          QuarterOffset chroma, int count, float* values) {
  const int luma_gain = change_gain(luma), chroma_gain = change_gain(chroma);
  const PerCell changes(of_cells(block_changes(now.luma[0], before.luma[0]) +
                                 block_changes(now.luma[1], before.luma[1])));
  const PerCell chroma_changes(of_chroma(block_changes(now.chroma, before.chroma)));
  const PerCell diagonal(
      of_cells(magnitude(now.luma_bands[0].diagonal - before.luma_bands[0].diagonal) +
               magnitude(now.luma_bands[1].diagonal - before.luma_bands[1].diagonal)));
  const PerCell mean(magnitude(of_cells(now.luma_bands[0].sum + now.luma_bands[1].sum -
                                        before.luma_bands[0].sum - before.luma_bands[1].sum)));
  for (int cell = 0; cell < count; ++cell, values += kCellValues) {
    const int change = changes[cell], chroma_change = chroma_changes[cell];
    values[kCellChange] = log_of_change(change, luma_gain);
    values[kCellDiagonalChange] = log_of_change(diagonal[cell], luma_gain);
    values[kCellMeanChange] = log_of_change(mean[cell], luma_gain);
    values[kCellChromaChange] = log_of_change(chroma_change, chroma_gain);
    // Two frames without a difference may be one frame that was repeated, noise and all.
    values[kCellKnown] = change + chroma_change > 0 ? 1.0f : 0.0f;
  }
}

inline NoiseCellPlanes moved(const NoiseCellPlanes& planes, int cells) {
  return {planes.luma + 4 * cells, planes.luma_stride, planes.u + 2 * cells, planes.v + 2 * cells,
          planes.chroma_stride};
}

inline void noise_cells(const NoiseCellPlanes& now, const NoiseCellsBefore& before, int count,
                        float* values) {
  for (int first = 0; first < count; first += kCellGroup) {
    const int cells = std::min(count - first, kCellGroup);
    float* const of_group = values + first * kCellValues;
    const GroupBands bands(CellGroup(moved(now, first), cells));
    own_values(bands, cells, of_group);
    if (before.planes.luma == nullptr) continue;
    const NoiseCellsBefore there{moved(before.planes, first), before.luma, before.chroma};
    change_values(bands, GroupBands(CellGroup(there, cells)), before.luma, before.chroma, cells,
                  of_group);
  }
}

}  // namespace
}  // namespace denoiseae
