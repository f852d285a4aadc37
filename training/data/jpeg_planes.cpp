// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/jpeg_planes.h"

#include <cstdint>
#include <opencv2/imgcodecs.hpp>
#include <vector>

namespace denoiseae {

namespace {

std::uint8_t code_of(float value) { return cv::saturate_cast<std::uint8_t>((value + 0.5f) * 255); }

/// Compresses a plane of block x block channels, the first of which is given: its samples become a
/// picture and come back.
void compress_plane(const TensorView& planes, int first, int block, int quality) {
  const auto sample = [&](int x, int y) -> float& {
    const auto position = static_cast<std::size_t>(y / block) * planes.width + x / block;
    return planes.data[position * planes.channels + first + y % block * block + x % block];
  };
  cv::Mat plane(planes.height * block, planes.width * block, CV_8UC1);
  for (int y = 0; y < plane.rows; ++y)
    for (int x = 0; x < plane.cols; ++x) plane.at<std::uint8_t>(y, x) = code_of(sample(x, y));
  const cv::Mat result = through_jpeg(plane, quality);
  for (int y = 0; y < plane.rows; ++y)
    for (int x = 0; x < plane.cols; ++x)
      sample(x, y) = static_cast<float>(result.at<std::uint8_t>(y, x)) / 255 - 0.5f;
}

}  // namespace

cv::Mat through_jpeg(const cv::Mat& picture, int quality) {
  std::vector<std::uint8_t> file;
  cv::imencode(".jpg", picture, file, {cv::IMWRITE_JPEG_QUALITY, quality});
  return cv::imdecode(file, picture.channels() == 1 ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR);
}

void compress(const TensorView& planes, int quality, bool gray) {
  compress_plane(planes, 0, 2, quality);
  if (gray) return;
  compress_plane(planes, 4, 1, quality);
  compress_plane(planes, 5, 1, quality);
}

}  // namespace denoiseae
