// SPDX-License-Identifier: LGPL-2.1-or-later
// Single pixels: codes to floats and back; what packing works on.
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "frame/color.h"
#include "planes.h"

namespace denoiseae {

inline float code_to_unit(std::uint8_t code) { return static_cast<float>(code) * (1.0f / 255.0f); }

/// Rounds half up, clamps.
inline std::uint8_t unit_to_code(float value) {
  return static_cast<std::uint8_t>(std::clamp(value * 255.0f + 0.5f, 0.0f, 255.0f));
}

inline const float* plane_row(const PlanesView& planes, int y) {
  return planes.data + static_cast<std::size_t>(y) * planes.width * planes.channels;
}

/// One row of a packed RGB frame.
class RgbRow {
 public:
  RgbRow(const ConstFrameView& frame, int y)
      : row_{frame.component_row(0, y), frame.component_row(1, y), frame.component_row(2, y)},
        step_(format_info(frame.format).component[0].step_bytes) {}
  Rgb rgb(int x) const {
    const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(x) * step_;
    return {code_to_unit(row_[0][at]), code_to_unit(row_[1][at]), code_to_unit(row_[2][at])};
  }
  YCbCr ycbcr(int x) const {
    const Rgb c = rgb(x);
    return to_ycbcr(c.r, c.g, c.b);
  }

 private:
  const std::uint8_t* row_[3];
  std::ptrdiff_t step_;
};

/// Value of one channel of half-size planes at pixel (x, y) of the frame, bilinear: a block's
/// sample lies in the middle of its 2x2 pixels, so the nearest block has weight 3/4 along each
/// axis.
inline float interpolate(const PlanesView& planes, int channel, int x, int y) {
  const int x0 = x / 2;
  const int y0 = y / 2;
  const int x1 = std::clamp(x0 + ((x & 1) != 0 ? 1 : -1), 0, planes.width - 1);
  const int y1 = std::clamp(y0 + ((y & 1) != 0 ? 1 : -1), 0, planes.height - 1);
  const float* near_row = plane_row(planes, y0) + channel;
  const float* far_row = plane_row(planes, y1) + channel;
  const std::ptrdiff_t near_column = static_cast<std::ptrdiff_t>(x0) * planes.channels;
  const std::ptrdiff_t far_column = static_cast<std::ptrdiff_t>(x1) * planes.channels;
  return (9 * near_row[near_column] + 3 * (near_row[far_column] + far_row[near_column]) +
          far_row[far_column]) *
         (1.0f / 16);
}

}  // namespace denoiseae
