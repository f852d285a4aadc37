// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cmath>

namespace denoiseae::test {

struct Moments {
  double mean = 0, deviation = 0, skewness = 0, kurtosis = 0;
};

template <typename Values>
Moments moments(const Values& values) {
  double sum[5] = {};
  for (double x : values)
    for (int k = 0; k < 5; ++k) sum[k] += std::pow(x, k);
  const double m = sum[1] / sum[0], m2 = sum[2] / sum[0], m3 = sum[3] / sum[0];
  const double variance = m2 - m * m;
  return {
      m, std::sqrt(variance), (m3 - 3 * m * m2 + 2 * m * m * m) / std::pow(variance, 1.5),
      (sum[4] / sum[0] - 4 * m * m3 + 6 * m * m * m2 - 3 * m * m * m * m) / (variance * variance)};
}

}  // namespace denoiseae::test
