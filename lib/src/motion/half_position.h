// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a vector of luma pixels leads in planes of half size.
#pragma once

#include "motion/motion_field.h"

namespace denoiseae {

/// a b above c d. What lies between equal values is equal to them.
inline float bilinear(float a, float b, float c, float d, float right, float lower) {
  const float above = a + right * (b - a), below = c + right * (d - c);
  return above + lower * (below - above);
}

/// Between the position that lies x, y further and the next one along each axis, nearer to that the
/// larger right and lower are: 0 ... below 1.
struct HalfPosition {
  explicit HalfPosition(const MotionVector& v)
      : x(quarters(v.dx, v.fx) >> 3),
        y(quarters(v.dy, v.fy) >> 3),
        right(static_cast<float>(quarters(v.dx, v.fx) & 7) / 8),
        lower(static_cast<float>(quarters(v.dy, v.fy) & 7) / 8) {}

  float between(float a, float b, float c, float d) const {
    return bilinear(a, b, c, d, right, lower);
  }

  int x;
  int y;
  float right;
  float lower;

 private:
  static_assert(MotionVector::kFractions == 4);
  static int quarters(int whole, int fraction) {
    return whole * MotionVector::kFractions + fraction;
  }
};

/// Whether all luma pixels that the samples of one position come from, or lie between, are inside
/// the planes, which have a height and a width.
template <typename Tensor>
bool is_inside(const Tensor& tensor, int x, int y, const MotionVector& v) {
  const int luma_x = 2 * x + v.dx, luma_y = 2 * y + v.dy;
  return luma_x >= 0 && luma_x + 1 + (v.fx != 0) < 2 * tensor.width && luma_y >= 0 &&
         luma_y + 1 + (v.fy != 0) < 2 * tensor.height;
}

}  // namespace denoiseae
