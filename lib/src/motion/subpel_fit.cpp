// SPDX-License-Identifier: LGPL-2.1-or-later
#include "motion/subpel_fit.h"

#include <algorithm>
#include <cmath>

namespace denoiseae {

QuarterStep parabola_minimum(const std::array<int, 9>& sums, int penalty) {
  QuarterStep best;
  if (sums[4] <= penalty) return best;
  std::array<double, 9> s;
  for (std::size_t i = 0; i < s.size(); ++i) s[i] = static_cast<double>(sums[i]) * sums[i];
  const double center = s[4];
  const double slope_x = (s[5] - s[3]) / 2, curvature_x = s[5] + s[3] - 2 * center;
  const double slope_y = (s[7] - s[1]) / 2, curvature_y = s[7] + s[1] - 2 * center;
  const double twist = (s[8] + s[0] - s[2] - s[6]) / 4;

  // Most blocks leave here: not even half a pixel along both axes could be worth the penalty.
  const double bound = center - (std::abs(slope_x) + std::abs(slope_y)) / 2 +
                       (std::min(curvature_x, 0.0) + std::min(curvature_y, 0.0)) / 8 -
                       std::abs(twist) / 4;
  double minimum = std::pow(sums[4] - penalty, 2);
  if (bound >= minimum) return best;
  for (int y = -2; y <= 2; ++y)
    for (int x = -2; x <= 2; ++x) {
      const double u = x / 4.0, v = y / 4.0;
      const double value = center + u * (slope_x + u * curvature_x / 2 + v * twist) +
                           v * (slope_y + v * curvature_y / 2);
      if (value < minimum) {
        minimum = value;
        best = {x, y};
      }
    }
  return best;
}

}  // namespace denoiseae
