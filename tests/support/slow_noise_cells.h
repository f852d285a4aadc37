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

/// The counterpart of a cell in a frame before: where it begins in luma and in chroma, in quarters
/// of the samples of each.
struct CellBefore {
  const CodePlanes* planes = nullptr;
  CellPlace luma{};
  CellPlace chroma{};
};

inline int floor_of_quarters(int quarters) { return static_cast<int>(std::floor(quarters / 4.0)); }

/// Returns the weights of six samples for a quarter: the first is two samples before.
inline std::array<double, 6> slow_taps(int quarters) {
  const std::array<std::array<double, 6>, 4> taps = {{{0, 0, 64, 0, 0, 0},
                                                      {2, -9, 57, 17, -4, 1},
                                                      {2, -9, 39, 39, -9, 2},
                                                      {1, -4, 17, 57, -9, 2}}};
  return taps[static_cast<std::size_t>(quarters - 4 * floor_of_quarters(quarters))];
}

/// Returns the code at a place in quarters of a sample, interpolated.
inline int code_between(const LumaView& plane, int x, int y) {
  const std::array<double, 6> across = slow_taps(x), down = slow_taps(y);
  const bool whole_x = across[2] == 64, whole_y = down[2] == 64;
  double sum = 0;
  for (int j = 0; j < 6; ++j)
    for (int i = 0; i < 6; ++i) {
      if ((whole_x && i != 2) || (whole_y && j != 2)) continue;
      sum += across[static_cast<std::size_t>(i)] * down[static_cast<std::size_t>(j)] *
             code_at(plane, floor_of_quarters(x) + i - 2, floor_of_quarters(y) + j - 2);
    }
  return std::clamp(static_cast<int>(std::floor(sum / 4096 + 0.5)), 0, 255);
}

/// Returns a magnitude of changes from a place, enlarged by what interpolation takes from the
/// noise.
inline int enlarged_change(int magnitude, CellPlace place) {
  double left = 1;
  for (const int quarters : {place.x, place.y}) {
    double squares = 0;
    for (const double tap : slow_taps(quarters)) squares += tap * tap / 4096;
    left *= squares;
  }
  const double gain = std::floor(256 * std::sqrt(2 / (1 + left)) + 0.5);
  return std::min(16 * 255, static_cast<int>(std::floor(magnitude * gain / 256 + 0.5)));
}

/// Returns the values of a cell. before: its planes are null where the cell has no counterpart.
inline std::array<double, kCellValues> slow_noise_cell(const CodePlanes& now, CellPlace is,
                                                       const CellBefore& before) {
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
  if (before.planes == nullptr) return values;

  int change = 0, diagonal_change = 0, chroma_change = 0, sum_before = 0;
  const auto luma_before = [&](int x, int y) {
    return code_between(before.planes->luma, before.luma.x + 4 * x, before.luma.y + 4 * y);
  };
  for (int y = 0; y < 4; ++y)
    for (int x = 0; x < 4; ++x) {
      change += std::abs(code_at(now.luma, is.x + x, is.y + y) - luma_before(x, y));
      sum_before += luma_before(x, y);
    }
  for (int y = 0; y < 4; y += 2)
    for (int x = 0; x < 4; x += 2)
      diagonal_change += std::abs(slow_haar(now.luma, is.x + x, is.y + y, 1, kDiagonal) -
                                  (luma_before(x, y) - luma_before(x + 1, y) -
                                   luma_before(x, y + 1) + luma_before(x + 1, y + 1)));
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 2; ++x) {
      const int was_x = before.chroma.x + 4 * x, was_y = before.chroma.y + 4 * y;
      chroma_change += std::abs(code_at(now.u, chroma_x + x, chroma_y + y) -
                                code_between(before.planes->u, was_x, was_y)) +
                       std::abs(code_at(now.v, chroma_x + x, chroma_y + y) -
                                code_between(before.planes->v, was_x, was_y));
    }
  values[kCellChange] = slow_cell_log(enlarged_change(change, before.luma));
  values[kCellDiagonalChange] = slow_cell_log(enlarged_change(diagonal_change, before.luma));
  values[kCellMeanChange] = slow_cell_log(enlarged_change(std::abs(sum - sum_before), before.luma));
  values[kCellChromaChange] = slow_cell_log(enlarged_change(chroma_change, before.chroma));
  values[kCellKnown] = change + chroma_change > 0 ? 1 : 0;
  return values;
}

}  // namespace denoiseae::test
