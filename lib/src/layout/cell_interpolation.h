// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace denoiseae {

/// The two values, along one axis, between which a place lies, and how far it has come from the
/// first to the second. Beyond the first and the last value both are that value.
struct CellInterpolation {
  int first;
  int second;
  float part;  ///< 0 ... 1

  /// place: 0 at the first of count values, 1 at the second, and so on.
  CellInterpolation(float place, int count) {
    const float inside = std::clamp(place, 0.0f, static_cast<float>(count - 1));
    first = static_cast<int>(inside);
    second = std::min(first + 1, count - 1);
    part = inside - static_cast<float>(first);
  }
  /// For values that stand for the middles of cells. position: counted from the first position of
  /// the first cell. side: positions of a cell.
  CellInterpolation(int position, float side, int cells)
      : CellInterpolation((static_cast<float>(position) + 0.5f) / side - 0.5f, cells) {}

  float between(float a, float b) const { return a + part * (b - a); }
};

/// Writes the values between two rows of a table of so many columns.
inline void between_rows(const std::vector<float>& table, int columns,
                         const CellInterpolation& down, float* values) {
  const float* const upper = table.data() + static_cast<std::ptrdiff_t>(down.first) * columns;
  const float* const lower = table.data() + static_cast<std::ptrdiff_t>(down.second) * columns;
  for (int i = 0; i < columns; ++i) values[i] = down.between(upper[i], lower[i]);
}

/// Writes count values at positions, between the middles of cells that are four positions wide, as
/// CellInterpolation tells them one by one.
inline void between_cells_of_four(const float* cells, int cell_count, int count, float* values) {
  constexpr float kParts[4] = {0.625f, 0.875f, 0.125f, 0.375f};
  for (int cell = 0; 4 * cell < count; ++cell) {
    const int own = std::min(cell, cell_count - 1);
    const float left = cells[std::min(std::max(cell - 1, 0), cell_count - 1)];
    const float right = cells[std::min(own + 1, cell_count - 1)];
    const float from[4] = {left, left, cells[own], cells[own]};
    const float to[4] = {cells[own], cells[own], right, right};
    float of_cell[4];
    for (int i = 0; i < 4; ++i) of_cell[i] = from[i] + kParts[i] * (to[i] - from[i]);
    std::copy_n(of_cell, std::min(4, count - 4 * cell), values + 4 * cell);
  }
}

}  // namespace denoiseae
