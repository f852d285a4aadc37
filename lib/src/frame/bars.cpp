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

/// Calls body(x) for each pair of samples, out of so many, that does not lie in a range as a whole.
template <typename Body>
void for_each_outside(Interior::Range samples, int pairs, const Body& body) {
  const int begin = std::min((samples.begin + 1) / 2, pairs);
  for (int x = 0; x < begin; ++x) body(x);
  for (int x = std::max(samples.end / 2, begin); x < pairs; ++x) body(x);
}

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
  for_each_outside(interior.columns, row.width, [&](int x) {
    float* const block = block_of(row, x);
    for (int j = 0; j < 2; ++j) {
      const int shown = mirrored_into(interior.columns, 2 * x + j);
      for (int i = 0; i < 2; ++i)
        block[kLumaChannels[i][j]] = block_of(row, shown / 2)[kLumaChannels[i][shown % 2]];
    }
    std::copy_n(block_of(row, shown_pair(interior.columns, x)) + 4, 2, block + 4);
  });
}

void clear_bars(const Interior& interior, int first_row, const TensorView& residual) {
  for (int y = 0; y < residual.height; ++y) {
    const TensorView row = rows_of(residual, y, y + 1);
    const int luma_row = 2 * (first_row + y);
    const auto clear = [&](int x) {
      float* const block = block_of(row, x);
      bool is_bar = true;
      for (int i = 0; i < 2; ++i) {
        for (int j = 0; j < 2; ++j) {
          const bool inside =
              is_inside(interior.rows, luma_row + i) && is_inside(interior.columns, 2 * x + j);
          if (!inside) block[kLumaChannels[i][j]] = 0;
          is_bar = is_bar && !inside;
        }
      }
      if (is_bar) block[4] = block[5] = 0;
    };
    if (is_inside(interior.rows, luma_row) && is_inside(interior.rows, luma_row + 1)) {
      for_each_outside(interior.columns, row.width, clear);
    } else {
      for (int x = 0; x < row.width; ++x) clear(x);
    }
  }
}

}  // namespace denoiseae
