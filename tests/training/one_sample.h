// SPDX-License-Identifier: LGPL-2.1-or-later
// Helpers for tests of packed and plain samples.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "data/sampler.h"
#include "support/check.h"

namespace denoiseae::test {

/// One sample with its memory.
struct Sample {
  explicit Sample(const Sampler& sampler)
      : input_values(static_cast<std::size_t>(sampler.plane_size()) * sampler.plane_size() *
                     sampler.input_channels()),
        target_values(static_cast<std::size_t>(sampler.plane_size()) * sampler.plane_size() *
                      sampler.target_channels()),
        input{input_values.data(), sampler.input_channels(), sampler.plane_size(),
              sampler.plane_size()},
        target{target_values.data(), sampler.target_channels(), sampler.plane_size(),
               sampler.plane_size()} {}
  Sample(const Sampler& sampler, std::uint64_t seed) : Sample(sampler) {
    sampler.draw(seed, input, target);
  }
  float in(int x, int y, int c) const {
    return input_values[(static_cast<std::size_t>(y) * input.width + x) * input.channels + c];
  }
  float out(int x, int y, int c) const {
    return target_values[(static_cast<std::size_t>(y) * target.width + x) * target.channels + c];
  }

  std::vector<float> input_values;
  std::vector<float> target_values;
  TensorView input;
  TensorView target;
};

inline Picture random_picture(int width, int height, int channels, unsigned seed = 1) {
  std::mt19937 random(seed);
  cv::Mat pixels(height, width, CV_8UC(channels));
  for (int y = 0; y < height; ++y)
    for (int i = 0; i < width * channels; ++i)
      pixels.ptr<std::uint8_t>(y)[i] = static_cast<std::uint8_t>(random());
  return {pixels, "random"};
}

inline Picture constant_picture(int width, int height, const cv::Scalar& bgr) {
  return {cv::Mat(height, width, CV_8UC3, bgr), "constant"};
}

/// Nothing but a crop and noise of one level.
inline SampleSettings plain_settings(int patch_px, double sigma) {
  SampleSettings settings;
  settings.patch_px = patch_px;
  settings.noise = {{NoiseModel::gaussian, sigma, sigma, 1}};
  settings.augment = false;
  settings.gray_share = settings.limited_range_share = settings.reduced_share = 0;
  settings.equal_chroma_share = 1;
  return settings;
}

inline double deviation(const std::vector<float>& values) {
  double sum = 0;
  double squares = 0;
  for (const float value : values) {
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const auto n = static_cast<double>(values.size());
  return std::sqrt(squares / n - sum / n * (sum / n));
}

inline void assert_near(double value, double expected, double tolerance) {
  ck_assert_msg(std::abs(value - expected) <= tolerance, "%g is not %g +- %g", value, expected,
                tolerance);
}

}  // namespace denoiseae::test
