// SPDX-License-Identifier: LGPL-2.1-or-later
// Motion vectors count luma pixels. In packed tensors, which have half the width and height of the
// luma plane, a vector leads to a point between four positions.
#pragma once

#include "motion/motion_field.h"

namespace denoiseae {

/// Bilinear interpolation between a and b in the upper row and c and d in the lower one. Between
/// equal values the result is exactly that value.
inline float bilinear(float a, float b, float c, float d, float right, float lower) {
  const float above = a + right * (b - a), below = c + right * (d - c);
  return above + lower * (below - above);
}

/// The point that a vector leads to: it lies between the position that is (x, y) further and the
/// next one along each axis. right and lower are the weights of those next ones, 0 ... below 1.
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

/// Returns whether a position stays inside a packed tensor when it is moved along a vector: all
/// luma pixels that its samples then come from, or lie between, must be inside. Tensor: a type with
/// width and height.
template <typename Tensor>
bool is_inside(const Tensor& tensor, int x, int y, const MotionVector& v) {
  const int luma_x = 2 * x + v.dx, luma_y = 2 * y + v.dy;
  return luma_x >= 0 && luma_x + 1 + (v.fx != 0) < 2 * tensor.width && luma_y >= 0 &&
         luma_y + 1 + (v.fy != 0) < 2 * tensor.height;
}

}  // namespace denoiseae
