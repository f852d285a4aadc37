// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cstddef>

#include "layout/state_layout.h"
#include "motion/half_position.h"
#include "motion/luma_block.h"
#include "temporal/warp_state.h"

namespace denoiseae {

void warp_state_adjoint(const TensorView& gradient, const MotionField& field,
                        const UnknownMark& unknown, const TensorView& out) {
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
      const MotionVector& v = field.at(std::min(x / kHalfBlock, field.columns - 1),
                                       std::min(y / kHalfBlock, field.rows - 1));
      for (int i = 0; v.is_whole() && i < 4; ++i) {
        const int luma_x = std::clamp(2 * x + i % 2 + v.dx, 0, 2 * width - 1);
        const int luma_y = std::clamp(2 * y + i / 2 + v.dy, 0, 2 * height - 1);
        float* source = out_at(luma_x / 2, luma_y / 2) + luma_y % 2 * 2 + luma_x % 2;
        source[0] += from[i];
        source[kStatePicture] += from[kStatePicture + i];
      }
      const HalfPosition at(v);
      const bool known = is_inside(out, x, y, v);
      float* const sources[] = {out_at(x + at.x, y + at.y), out_at(x + at.x + 1, y + at.y),
                                out_at(x + at.x, y + at.y + 1), out_at(x + at.x + 1, y + at.y + 1)};
      const float weights[] = {(1 - at.right) * (1 - at.lower), at.right * (1 - at.lower),
                               (1 - at.right) * at.lower, at.right * at.lower};
      for (int k = 0; k < out.channels; ++k) {
        if (is_state_luma(k) || (k == unknown.channel && !known)) continue;
        for (int i = 0; i < 4; ++i) sources[i][k] += weights[i] * from[k];
      }
    }
  }
  for (int y = 0; y < height; y += kHalfBlock)
    for (int x = 0; x < width; x += kHalfBlock) {
      const MotionVector& v = field.at(std::min(x / kHalfBlock, field.columns - 1),
                                       std::min(y / kHalfBlock, field.rows - 1));
      if (v.is_whole()) continue;
      const LumaBlock tile{x, y, std::min(kHalfBlock, width - x), std::min(kHalfBlock, height - y),
                           v};
      warp_luma_adjoint(gradient, 0, tile, out);
      warp_luma_adjoint(gradient, kStatePicture, tile, out);
    }
}

}  // namespace denoiseae
