// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/noise_correlation.h"

#include <cmath>
#include <opencv2/imgproc.hpp>

#include "adapt/quantile.h"

namespace denoiseae {

namespace {

/// The flattest quarter of the pixels counts: what is removed elsewhere may be texture, which the
/// next frame has, too.
constexpr double kFlatShare = 0.25;
constexpr int kWindow = 9;

/// Returns luma, because what is removed of colour is more often colour than noise.
cv::Mat luma_of(const cv::Mat& picture) {
  if (picture.channels() == 1) return picture;
  cv::Mat luma;
  cv::cvtColor(picture, luma, cv::COLOR_BGR2GRAY);
  return luma;
}

/// Returns 255 where the picture is flattest.
cv::Mat flat_parts(const cv::Mat& denoised) {
  cv::Mat across, down, activity;
  cv::Sobel(denoised, across, CV_32F, 1, 0);
  cv::Sobel(denoised, down, CV_32F, 0, 1);
  cv::blur(cv::abs(across) + cv::abs(down), activity, {kWindow, kWindow});
  return activity <= quantile(activity, kFlatShare);
}

}  // namespace

void NoiseCorrelation::add(const FootageFrame& frame, const NextFrame& next) {
  cv::Mat removed;
  cv::subtract(luma_of(frame.noisy), luma_of(frame.denoised), removed, cv::noArray(), CV_32F);
  const cv::Mat next_removed = luma_of(next.removed);
  const cv::Mat counted = flat_parts(luma_of(frame.denoised)) & next.matched;
  removed.setTo(0, ~counted);
  cv::Mat next_counted = next_removed.clone();
  next_counted.setTo(0, ~counted);
  product_ += removed.dot(next_counted);
  square_ += removed.dot(removed);
  next_square_ += next_counted.dot(next_counted);
}

double NoiseCorrelation::value() const {
  const double scale = std::sqrt(square_ * next_square_);
  return scale > 0 ? product_ / scale : 0;
}

}  // namespace denoiseae
