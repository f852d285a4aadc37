// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>

#include "layout/luma_view.h"

namespace denoiseae {

/// Returns the mean code of kWidth x kHeight samples, of which (x, y) is the first one.
template <int kWidth, int kHeight>
float area_mean(const LumaView& plane, int x, int y) {
  int sum = 0;
  for (int i = 0; i < kHeight; ++i) {
    const std::uint8_t* const row = plane.data + (y + i) * plane.stride_bytes + x;
    int of_row = 0;
    for (int k = 0; k < kWidth; ++k) of_row += row[k];
    sum += of_row;
  }
  return static_cast<float>(sum) / (kWidth * kHeight);
}

}  // namespace denoiseae
