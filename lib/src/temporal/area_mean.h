// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

#include "layout/luma_view.h"

namespace denoiseae {

/// Returns the mean code of kWidth x kHeight samples, of which (x, y) is the first one.
template <int kWidth, int kHeight>
float area_mean(const LumaView& plane, int x, int y) {
  static_assert(kHeight <= 256, "a column's sum fits 16 bits");
  std::uint16_t columns[kWidth] = {};
  for (int i = 0; i < kHeight; ++i) {
    const std::uint8_t* const row = plane.data + (y + i) * plane.stride_bytes + x;
    for (int k = 0; k < kWidth; ++k) columns[k] = static_cast<std::uint16_t>(columns[k] + row[k]);
  }
  int sum = 0;
  for (const std::uint16_t column : columns) sum += column;
  return static_cast<float>(sum) / (kWidth * kHeight);
}

}  // namespace denoiseae
