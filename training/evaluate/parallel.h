// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <opencv2/core/utility.hpp>

namespace denoiseae {

/// Calls function(0) ... function(count - 1) on the threads of OpenCV, in any order.
template <typename Function>
void for_each_index(std::size_t count, const Function& function) {
  cv::parallel_for_(cv::Range(0, static_cast<int>(count)), [&](const cv::Range& range) {
    for (int i = range.start; i < range.end; ++i) function(static_cast<std::size_t>(i));
  });
}

}  // namespace denoiseae
