// SPDX-License-Identifier: LGPL-2.1-or-later
// The definition of the values that tell noise from detail, in double precision.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "kernels/noise_cells/noise_cells.h"
#include "layout/code_planes.h"

namespace denoiseae::test {

/// Whether a Haar band has differences along an axis.
struct HaarBand {
  bool across;
  bool down;
};
inline constexpr HaarBand kHorizontal{true, false}, kVertical{false, true}, kDiagonal{true, true},
    kSum{false, false};

inline int code_at(const LumaView& plane, int x, int y) {
  return plane.data[y * plane.stride_bytes + x];
}

/// Returns a coefficient of 2x2 squares of the given side, the first of which is at x, y.
inline int slow_haar(const LumaView& plane, int x, int y, int side, HaarBand band) {
  int sum = 0;
  for (int j = 0; j < 2 * side; ++j)
    for (int i = 0; i < 2 * side; ++i) {
      const bool negative = (band.across && i >= side) != (band.down && j >= side);
      sum += (negative ? -1 : 1) * code_at(plane, x + i, y + j);
    }
  return sum;
}

inline double slow_cell_log(double magnitude) { return (std::log2(magnitude / 8 + 0.25) - 1) / 3; }

/// Where a cell begins in luma.
struct CellPlace {
  int x;
  int y;
};

/// Returns the values of a cell. before: null where it has no counterpart, which was at was.
inline std::array<double, kCellValues> slow_noise_cell(const CodePlanes& now, CellPlace is,
                                                       const CodePlanes* before, CellPlace was) {
  std::array<double, kCellValues> values{};
  const auto magnitude = [](const LumaView& plane, int x, int y, int side, HaarBand band) {
    return std::abs(slow_haar(plane, x, y, side, band));
  };
  const int chroma_x = is.x / 2, chroma_y = is.y / 2;
  int horizontal = 0, vertical = 0, diagonal = 0, flattest = 1 << 20, sum = 0, clipped = 0;
  for (int y = is.y; y < is.y + 4; y += 2)
    for (int x = is.x; x < is.x + 4; x += 2) {
      const int h = magnitude(now.luma, x, y, 1, kHorizontal);
      const int v = magnitude(now.luma, x, y, 1, kVertical);
      const int d = magnitude(now.luma, x, y, 1, kDiagonal);
      horizontal += h;
      vertical += v;
      diagonal += d;
      flattest = std::min(flattest, h + v + d);
    }
  for (int y = is.y; y < is.y + 4; ++y)
    for (int x = is.x; x < is.x + 4; ++x) {
      const int code = code_at(now.luma, x, y);
      sum += code;
      clipped += code < 2 || code > 253;
    }
  values[kCellHorizontal] = slow_cell_log(horizontal);
  values[kCellVertical] = slow_cell_log(vertical);
  values[kCellDiagonal] = slow_cell_log(diagonal);
  values[kCellHalfHorizontal] = slow_cell_log(magnitude(now.luma, is.x, is.y, 2, kHorizontal));
  values[kCellHalfVertical] = slow_cell_log(magnitude(now.luma, is.x, is.y, 2, kVertical));
  values[kCellHalfDiagonal] = slow_cell_log(magnitude(now.luma, is.x, is.y, 2, kDiagonal));
  int edges = 0, corners = 0;
  for (const LumaView& plane : {now.u, now.v}) {
    edges += magnitude(plane, chroma_x, chroma_y, 1, kHorizontal) +
             magnitude(plane, chroma_x, chroma_y, 1, kVertical);
    corners += magnitude(plane, chroma_x, chroma_y, 1, kDiagonal);
  }
  values[kCellChromaEdges] = slow_cell_log(edges);
  values[kCellChromaDiagonal] = slow_cell_log(corners);
  values[kCellFlattest] = slow_cell_log(flattest);
  values[kCellBrightness] = sum / 16.0 / 127.5 - 1;
  values[kCellClipped] = clipped / 16.0;
  if (before == nullptr) return values;

  int change = 0, diagonal_change = 0, chroma_change = 0;
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x)
      change += std::abs(code_at(now.luma, is.x + x, is.y + y) -
                         code_at(before->luma, was.x + x, was.y + y));
  for (int y = 0; y < 4; y += 2)
    for (int x = 0; x < 4; x += 2)
      diagonal_change += std::abs(slow_haar(now.luma, is.x + x, is.y + y, 1, kDiagonal) -
                                  slow_haar(before->luma, was.x + x, was.y + y, 1, kDiagonal));
  const int was_x = static_cast<int>(std::floor(was.x / 2.0));
  const int was_y = static_cast<int>(std::floor(was.y / 2.0));
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 2; ++x)
      chroma_change += std::abs(code_at(now.u, chroma_x + x, chroma_y + y) -
                                code_at(before->u, was_x + x, was_y + y)) +
                       std::abs(code_at(now.v, chroma_x + x, chroma_y + y) -
                                code_at(before->v, was_x + x, was_y + y));
  values[kCellChange] = slow_cell_log(change);
  values[kCellDiagonalChange] = slow_cell_log(diagonal_change);
  values[kCellMeanChange] =
      slow_cell_log(std::abs(sum - slow_haar(before->luma, was.x, was.y, 2, kSum)));
  values[kCellChromaChange] = slow_cell_log(chroma_change);
  values[kCellKnown] = change + chroma_change > 0 ? 1 : 0;
  return values;
}

}  // namespace denoiseae::test
