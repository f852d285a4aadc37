// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

namespace denoiseae {

/// Returns the value that a share of all values, 0 ... 1, lies below. values: 32FC1, not empty.
inline float quantile(const cv::Mat& values, double share) {
  std::vector<float> sorted(values.begin<float>(), values.end<float>());
  const auto place =
      sorted.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), place, sorted.end());
  return *place;
}

}  // namespace denoiseae
