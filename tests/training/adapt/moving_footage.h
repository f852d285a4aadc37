// SPDX-License-Identifier: LGPL-2.1-or-later
// Made-up footage that moves by whole pixels, with noise.
#pragma once

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace denoiseae::test {

/// A picture with blobs of all sizes and edges, so that any place is found again.
inline cv::Mat drawn_scene(int width, int height, std::uint64_t seed = 1) {
  cv::RNG random(seed);
  cv::Mat scene(height, width, CV_8UC3, cv::Scalar(110, 120, 130));
  for (int i = 0; i < width * height / 300; ++i) {
    const cv::Point place(random.uniform(0, width), random.uniform(0, height));
    const cv::Scalar color(random.uniform(60, 200), random.uniform(60, 200),
                           random.uniform(60, 200));
    cv::circle(scene, place, random.uniform(3, 14), color, -1, cv::LINE_AA);
  }
  cv::GaussianBlur(scene, scene, {3, 3}, 0.7);
  return scene;
}

/// Views of a scene that moves by the step from frame to frame.
inline std::vector<cv::Mat> pan_over(const cv::Mat& scene, cv::Size size, cv::Point step,
                                     int frames) {
  std::vector<cv::Mat> result;
  for (int t = 0; t < frames; ++t)
    result.push_back(scene(cv::Rect(cv::Point(t * step.x, t * step.y), size)).clone());
  return result;
}

/// Noise of the given deviation whose neighbours in a row are alike, as no preset has it.
inline cv::Mat streaky_noise(cv::Size size, double deviation, cv::RNG& random) {
  cv::Mat noise(size, CV_32FC3);
  random.fill(noise, cv::RNG::NORMAL, 0, 1);
  cv::GaussianBlur(noise, noise, {13, 1}, 1.6, 0.01);
  cv::Scalar mean, spread;
  cv::meanStdDev(noise, mean, spread);
  return noise * (deviation / spread[0]);
}

inline cv::Mat with_noise(const cv::Mat& clean, const cv::Mat& noise) {
  cv::Mat noisy;
  cv::add(clean, noise, noisy, cv::noArray(), CV_8U);
  return noisy;
}

}  // namespace denoiseae::test
