// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cstddef>

#include "temporal/align_past.h"

namespace denoiseae {

void align_past_adjoint(const PlanesView& gradient, const MotionField& field,
                        const UnknownMark& unknown, const PlanesView& out) {
  constexpr int kHalfBlock = MotionField::kBlock / 2;
  const int width = out.width, height = out.height;
  std::fill_n(out.data, out.size(), 0.0f);
  const auto out_at = [&](int x, int y) {
    const int in_x = std::clamp(x, 0, width - 1), in_y = std::clamp(y, 0, height - 1);
    return out.data +
           static_cast<std::size_t>(in_y * width + in_x) * static_cast<std::size_t>(out.channels);
  };
  const float* from = gradient.data;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x, from += gradient.channels) {
      const auto [dx, dy] = field.at(std::min(x / kHalfBlock, field.columns - 1),
                                     std::min(y / kHalfBlock, field.rows - 1));
      for (int i = 0; i < 4; ++i) {
        const int luma_x = std::clamp(2 * x + i % 2 + dx, 0, 2 * width - 1);
        const int luma_y = std::clamp(2 * y + i / 2 + dy, 0, 2 * height - 1);
        float* source = out_at(luma_x / 2, luma_y / 2) + luma_y % 2 * 2 + luma_x % 2;
        source[0] += from[i];
        source[kPastPicture] += from[kPastPicture + i];
      }
      const bool known = 2 * x + dx >= 0 && 2 * x + dx + 1 < 2 * width && 2 * y + dy >= 0 &&
                         2 * y + dy + 1 < 2 * height;
      const int left = x + (dx >> 1), right = x + ((dx + 1) >> 1);
      const int upper = y + (dy >> 1), lower = y + ((dy + 1) >> 1);
      float* const sources[] = {out_at(left, upper), out_at(right, upper), out_at(left, lower),
                                out_at(right, lower)};
      for (int k = 0; k < out.channels; ++k) {
        if (is_past_luma(k) || (k == unknown.channel && !known)) continue;
        for (float* source : sources) source[k] += 0.25f * from[k];
      }
    }
  }
}

}  // namespace denoiseae
