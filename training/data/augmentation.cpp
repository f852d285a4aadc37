// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/augmentation.h"

#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace denoiseae {

namespace {

/// Each row lists pairs of channels: from, to.
constexpr std::array<std::array<int, 6>, 5> kOrders = {{{0, 0, 1, 2, 2, 1},
                                                        {0, 1, 1, 0, 2, 2},
                                                        {0, 1, 1, 2, 2, 0},
                                                        {0, 2, 1, 0, 2, 1},
                                                        {0, 2, 1, 1, 2, 0}}};

}  // namespace

cv::Mat Dihedral::apply(const cv::Mat& square) const {
  // Each step has a result of its own, because OpenCV would turn in place, in the picture.
  cv::Mat result = square;
  if (element_ & 4) {
    cv::Mat transposed;
    cv::transpose(result, transposed);
    result = transposed;
  }
  if (element_ & 3) {
    cv::Mat flipped;
    cv::flip(result, flipped, (element_ & 3) - 2);
    result = flipped;
  }
  return result;
}

ColorJitter::ColorJitter(Rng& rng, bool colour) {
  if (colour && rng.chance(0.1)) channel_order_ = rng.below(static_cast<int>(kOrders.size()));
  if (rng.chance(0.5)) return;
  const double gamma = std::exp(rng.uniform(-0.25, 0.25));
  const double contrast = rng.uniform(0.8, 1.1);
  const double brightness = rng.uniform(-0.05, 0.05);
  curve_.create(1, 256, CV_8UC1);
  for (int i = 0; i < 256; ++i) {
    const double value = contrast * (std::pow(i / 255.0, gamma) - 0.5) + 0.5 + brightness;
    curve_.at<std::uint8_t>(i) = cv::saturate_cast<std::uint8_t>(255 * value);
  }
}

cv::Mat ColorJitter::apply(const cv::Mat& picture) const {
  cv::Mat result = picture;
  if (channel_order_ >= 0) {
    cv::Mat shuffled(result.size(), result.type());
    cv::mixChannels({result}, {shuffled}, kOrders[static_cast<std::size_t>(channel_order_)].data(),
                    3);
    result = shuffled;
  }
  if (curve_.empty()) return result;
  cv::Mat other_light;
  cv::LUT(result, curve_, other_light);
  return other_light;
}

cv::Mat augmented(const cv::Mat& picture, Rng& rng) {
  constexpr double kTiltDegrees = 5;
  constexpr double kShift = 0.04;
  const double side = picture.cols;
  const cv::Point2f middle(static_cast<float>(side / 2), static_cast<float>(picture.rows / 2.0));
  const double scale = rng.uniform(0.95, 1.1);
  cv::Mat map = cv::getRotationMatrix2D(middle, rng.uniform(-kTiltDegrees, kTiltDegrees), scale);
  map.at<double>(0, 2) += side * rng.uniform(-kShift, kShift);
  map.at<double>(1, 2) += side * rng.uniform(-kShift, kShift);
  cv::Mat moved;
  cv::warpAffine(picture, moved, map, picture.size(), cv::INTER_CUBIC, cv::BORDER_REFLECT);
  if (rng.chance(0.5)) cv::flip(moved.clone(), moved, 1);
  return ColorJitter(rng, moved.channels() == 3).apply(moved);
}

}  // namespace denoiseae
