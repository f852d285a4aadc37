// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/conditioning/bars.h"

#include <algorithm>
#include <cstddef>

#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

/// Returns the positions of packed planes that hold a sample of a range, as far as they exist.
Interior::Range packed(Interior::Range luma, int positions) {
  return {std::min(luma.begin / 2, positions), std::min((luma.end + 1) / 2, positions)};
}

void clear(float* residual, int channels, int begin, int end) {
  for (int x = begin; x < end; ++x)
    std::fill_n(residual + static_cast<std::ptrdiff_t>(x) * channels, kPackedChannels, 0.0f);
}

}  // namespace

void clear_bars(const Interior& interior, int first_row, const TensorView& residual) {
  const Interior::Range columns = packed(interior.columns, residual.width);
  for (int y = 0; y < residual.height; ++y) {
    const int luma_row = 2 * (first_row + y);
    const bool is_bar = luma_row + 1 < interior.rows.begin || luma_row >= interior.rows.end;
    float* const row = row_of(residual, y);
    clear(row, residual.channels, 0, is_bar ? residual.width : columns.begin);
    if (!is_bar) clear(row, residual.channels, columns.end, residual.width);
  }
}

}  // namespace denoiseae
