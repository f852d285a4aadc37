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
  const auto at = [&](int cell) { return cells[std::clamp(cell, 0, cell_count - 1)]; };
  const auto write = [&](float left, float own, float right, float* to) {
    const float from[4] = {left, left, own, own},
                steps[4] = {own - left, own - left, right - own, right - own};
    for (int i = 0; i < 4; ++i) to[i] = from[i] + kParts[i] * steps[i];
  };
  const int whole = std::min(count / 4, cell_count) - 1;
  for (int cell = 1; cell < whole; ++cell)
    write(cells[cell - 1], cells[cell], cells[cell + 1], values + 4 * cell);
  // The first cell and the last ones have cells beside them that are not there.
  for (int cell = 0; 4 * cell < count; cell = cell == 0 ? std::max(whole, 1) : cell + 1) {
    float of_cell[4];
    write(at(cell - 1), at(cell), at(cell + 1), of_cell);
    std::copy_n(of_cell, std::min(4, count - 4 * cell), values + 4 * cell);
  }
}

}  // namespace denoiseae
