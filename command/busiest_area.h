// SPDX-License-Identifier: LGPL-2.1-or-later
// The part of a picture with most edges, for pictures before and after. The demo includes it, too.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace command {

/// A part of a picture.
struct Area {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

/// Returns the area, a quarter as wide and as high as a picture of this size, in which edge(x, y)
/// has the largest sum; of equal ones the first.
template <typename Edge>
Area find_busiest_area(int picture_width, int picture_height, const Edge& edge) {
  const int width = std::max(1, picture_width / 4), height = std::max(1, picture_height / 4);
  // sums[y][x] adds up the edges above and to the left of x, y.
  const std::size_t stride = static_cast<std::size_t>(picture_width) + 1;
  std::vector<double> sums(stride * (picture_height + 1), 0);
  for (int y = 0; y < picture_height; ++y) {
    double row = 0;
    for (int x = 0; x < picture_width; ++x) {
      row += edge(x, y);
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1] + row;
    }
  }
  Area best{0, 0, width, height};
  double most = -1;
  for (int y = 0; y + height <= picture_height; ++y)
    for (int x = 0; x + width <= picture_width; ++x) {
      const double* top = sums.data() + y * stride + x;
      const double* bottom = top + height * stride;
      const double sum = bottom[width] - bottom[0] - top[width] + top[0];
      if (sum <= most) continue;
      most = sum;
      best.x = x;
      best.y = y;
    }
  return best;
}

}  // namespace command
