// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "kernels/sharpen.h"

namespace denoiseae {

void sharpen_bytes_c(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                     std::uint8_t* out, int bytes, int step, int amount, int begin, int end) {
  for (int i = begin; i < end; ++i) {
    const int center = row[i];
    const int left = i >= step ? row[i - step] : center;
    const int right = i + step < bytes ? row[i + step] : center;
    const int detail = 4 * center - above[i] - below[i] - left - right;
    out[i] =
        static_cast<std::uint8_t>(std::clamp((256 * center + amount * detail + 128) >> 8, 0, 255));
  }
}

void sharpen_row_c(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                   std::uint8_t* out, int bytes, int step, int amount) {
  sharpen_bytes_c(above, row, below, out, bytes, step, amount, 0, bytes);
}

}  // namespace denoiseae
