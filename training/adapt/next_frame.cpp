// SPDX-License-Identifier: LGPL-2.1-or-later
#include "adapt/next_frame.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>

#include "adapt/quantile.h"

namespace denoiseae {

namespace {

/// The flow forwards and the flow back may differ by so many pixels.
constexpr double kMaxRoundTrip = 0.7;
/// The denoised frames are compared in the mean over kWindow x kWindow pixels. They may differ by
/// so many codes or, where more noise is left in them, by so many times what the best quarter
/// differs by.
constexpr double kSmallDifference = 5;
constexpr double kTimesBest = 2.5;
constexpr double kLargeDifference = 12;
constexpr double kBestShare = 0.25;
constexpr int kWindow = 7;
/// Frames are blurred before they are compared, because noise that is left is finer than things
/// are.
constexpr double kBlur = 1.5;
/// Standing still is preferred to a flow whose difference is hardly smaller, because flows tremble.
constexpr double kStillBonus = 1.1;
/// Optical flow needs a few pixels to look at.
constexpr int kMinSide = 32;

/// Returns what is compared of a frame; 8UC1.
cv::Mat outlines_of(const cv::Mat& picture) {
  cv::Mat gray = picture, blurred;
  if (picture.channels() == 3) cv::cvtColor(picture, gray, cv::COLOR_BGR2GRAY);
  cv::GaussianBlur(gray, blurred, {}, kBlur);
  return blurred;
}

cv::Mat flow_between(const cv::Mat& from, const cv::Mat& to) {
  cv::Mat flow = cv::Mat::zeros(from.size(), CV_32FC2);
  if (std::min(from.cols, from.rows) < kMinSide) return flow;
  const auto search = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
  search->calc(from, to, flow);
  return flow;
}

/// Returns where each pixel goes, as cv::remap takes it.
cv::Mat places_of(const cv::Mat& flow) {
  cv::Mat places(flow.size(), CV_32FC2);
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x)
      places.at<cv::Vec2f>(y, x) = flow.at<cv::Vec2f>(y, x) + cv::Vec2f(x, y);
  return places;
}

cv::Mat moved(const cv::Mat& picture, const cv::Mat& places, int interpolation) {
  cv::Mat result;
  cv::remap(picture, result, places, {}, interpolation, cv::BORDER_REPLICATE);
  return result;
}

/// Returns the mean difference around each pixel; 32FC1.
cv::Mat difference(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat absolute, mean;
  cv::absdiff(a, b, absolute);
  absolute.convertTo(absolute, CV_32F);
  cv::blur(absolute, mean, {kWindow, kWindow});
  return mean;
}

/// Returns how far frames that show the same may differ.
double allowed_difference(const cv::Mat& differences) {
  return std::clamp(kTimesBest * quantile(differences, kBestShare), kSmallDifference,
                    kLargeDifference);
}

/// Returns how far from its place a pixel is after the flow and the flow back; 32FC1.
cv::Mat round_trip(const cv::Mat& flow, const cv::Mat& back, const cv::Mat& places) {
  cv::Mat error(flow.size(), CV_32F);
  const cv::Mat returned = moved(back, places, cv::INTER_LINEAR);
  for (int y = 0; y < flow.rows; ++y)
    for (int x = 0; x < flow.cols; ++x)
      error.at<float>(y, x) =
          static_cast<float>(cv::norm(flow.at<cv::Vec2f>(y, x) + returned.at<cv::Vec2f>(y, x)));
  return error;
}

/// Returns 255 where a pixel lies in the frame.
cv::Mat inside(const cv::Mat& places) {
  cv::Mat result(places.size(), CV_8U);
  for (int y = 0; y < places.rows; ++y)
    for (int x = 0; x < places.cols; ++x) {
      const cv::Vec2f& to = places.at<cv::Vec2f>(y, x);
      const bool in = to[0] >= 0 && to[1] >= 0 && to[0] <= static_cast<float>(places.cols - 1) &&
                      to[1] <= static_cast<float>(places.rows - 1);
      result.at<std::uint8_t>(y, x) = in ? 255 : 0;
    }
  return result;
}

}  // namespace

NextFrame next_frame(const FootageFrame& frame, const FootageFrame& next) {
  const cv::Mat here = outlines_of(frame.denoised), there = outlines_of(next.denoised);
  cv::Mat flow = flow_between(here, there);
  const cv::Mat back = flow_between(there, here);
  const cv::Mat flow_difference = difference(here, moved(there, places_of(flow), cv::INTER_CUBIC));
  const cv::Mat still_difference = difference(here, there);
  const cv::Mat still = still_difference <= kStillBonus * flow_difference;
  flow.setTo(cv::Scalar(0, 0), still);

  const cv::Mat places = places_of(flow);
  NextFrame result;
  result.matched = round_trip(flow, back, places) < kMaxRoundTrip;
  result.matched.setTo(255, still);
  const cv::Mat differences = difference(here, moved(there, places, cv::INTER_CUBIC));
  result.matched &= differences < allowed_difference(differences);
  result.matched &= inside(places);

  frame.denoised.copyTo(result.target);
  moved(next.noisy, places, cv::INTER_CUBIC).copyTo(result.target, result.matched);
  cv::Mat removed;
  cv::subtract(next.noisy, next.denoised, removed, cv::noArray(), CV_32F);
  result.removed = cv::Mat::zeros(removed.size(), removed.type());
  moved(removed, places, cv::INTER_CUBIC).copyTo(result.removed, result.matched);
  return result;
}

double error_against(const NextFrame& next, const cv::Mat& denoised) {
  return std::pow(cv::norm(denoised, next.target, cv::NORM_L2, next.matched), 2);
}

}  // namespace denoiseae
