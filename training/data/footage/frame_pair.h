// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames as codes of 8 bits, with and without noise.
#pragma once

#include <cstddef>
#include <opencv2/core.hpp>
#include <vector>

namespace denoiseae {

/// A frame as footage has it, and what a perfect denoiser would make of it. Both are I420 in memory
/// without gaps, 8UC1 of 3h/2 x w for a frame of even width w and height h.
struct FramePair {
  cv::Mat noisy;
  cv::Mat clean;
};

using FramePairs = std::vector<FramePair>;

inline constexpr int kPlanes = 3;

inline cv::Size luma_size(const cv::Mat& i420) { return {i420.cols, i420.rows / 3 * 2}; }

/// Views a plane: 0 = luma, 1 = U, 2 = V.
inline cv::Mat plane_of(const cv::Mat& i420, int plane) {
  const cv::Size luma = luma_size(i420);
  if (plane == 0) return i420.rowRange(0, luma.height);
  const auto quarter = static_cast<std::size_t>(luma.area()) / 4;
  std::uint8_t* first = i420.data + luma.area() + (plane == 2 ? quarter : 0);
  return {luma.height / 2, luma.width / 2, CV_8UC1, first};
}

/// Returns the part of a plane that shows a rectangle of even numbers in luma pixels.
inline cv::Rect in_plane(const cv::Rect& luma, int plane) {
  if (plane == 0) return luma;
  return {luma.x / 2, luma.y / 2, luma.width / 2, luma.height / 2};
}

}  // namespace denoiseae
