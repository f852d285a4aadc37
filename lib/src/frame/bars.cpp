// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/bars.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

/// The channels of the luma samples of a block, by their row and column in it.
constexpr std::array<std::array<int, 2>, 2> kLumaChannels{{{0, 1}, {2, 3}}};

float* block_of(const TensorView& row, int x) {
  return row.data + static_cast<std::ptrdiff_t>(x) * row.channels;
}

bool is_inside(Interior::Range range, int i) { return i >= range.begin && i < range.end; }

}  // namespace

void mirror_bars(const Interior& interior, int packed_row, const TensorView& row) {
  std::array<int, 2> shown_rows{};  // in the pair that this pair shows
  for (int i = 0; i < 2; ++i) shown_rows[i] = mirrored_into(interior.rows, 2 * packed_row + i) % 2;
  if (shown_rows != std::array{0, 1}) {
    for (int x = 0; x < row.width; ++x) {
      float* const block = block_of(row, x);
      const std::array<float, 4> luma{block[0], block[1], block[2], block[3]};
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j)
          block[kLumaChannels[i][j]] = luma[kLumaChannels[shown_rows[i]][j]];
    }
  }
  // Samples inside do not change, so that they may be read in any order.
  for (int x = 0; x < row.width; ++x) {
    if (is_inside(interior.columns, 2 * x) && is_inside(interior.columns, 2 * x + 1)) continue;
    float* const block = block_of(row, x);
    for (int j = 0; j < 2; ++j) {
      const int shown = mirrored_into(interior.columns, 2 * x + j);
      for (int i = 0; i < 2; ++i)
        block[kLumaChannels[i][j]] = block_of(row, shown / 2)[kLumaChannels[i][shown % 2]];
    }
    std::copy_n(block_of(row, shown_pair(interior.columns, x)) + 4, 2, block + 4);
  }
}

void clear_bars(const Interior& interior, int first_row, const TensorView& residual) {
  for (int y = 0; y < residual.height; ++y) {
    for (int x = 0; x < residual.width; ++x) {
      float* const block = block_of(rows_of(residual, y, y + 1), x);
      bool is_bar = true;
      for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 2; ++j) {
          const bool inside = is_inside(interior.rows, 2 * (first_row + y) + i) &&
                              is_inside(interior.columns, 2 * x + j);
          if (!inside) block[kLumaChannels[i][j]] = 0;
          is_bar = is_bar && !inside;
        }
      }
      if (is_bar) block[4] = block[5] = 0;
    }
  }
}

}  // namespace denoiseae
