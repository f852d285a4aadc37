// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/metrics.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "frame/direct_frame.h"
#include "frame/samples.h"
#include "system/translate_errors.h"

namespace denoiseae {
namespace {

constexpr int kWindow = 11;
constexpr double kSigma = 1.5;
// These are (K1 peak)^2 and (K2 peak)^2, where the peak is 1.
constexpr double kC1 = 0.01 * 0.01;
constexpr double kC2 = 0.03 * 0.03;

std::vector<double> make_window(int size) {
  std::vector<double> weights(size);
  double sum = 0;
  for (int i = 0; i < size; ++i) {
    const int distance = i - size / 2;
    sum += weights[i] = std::exp(-distance * distance / (2 * kSigma * kSigma));
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

// SSIM is made of windowed sums of a, b, a^2, b^2 and ab.
constexpr int kMoments = 5;
using MomentRows = std::array<std::vector<double>, kMoments>;

// Sums each column over the rows of a window whose top row is y.
void sum_columns(const float* a, const float* b, int width, int y,
                 const std::vector<double>& window, MomentRows& sums) {
  for (std::vector<double>& sum : sums) std::fill(sum.begin(), sum.end(), 0.0);
  for (std::size_t k = 0; k < window.size(); ++k) {
    const float* row_a = a + (y + k) * width;
    const float* row_b = b + (y + k) * width;
    for (int x = 0; x < width; ++x) {
      const double wa = window[k] * row_a[x], wb = window[k] * row_b[x];
      sums[0][x] += wa;
      sums[1][x] += wb;
      sums[2][x] += wa * row_a[x];
      sums[3][x] += wb * row_b[x];
      sums[4][x] += wa * row_b[x];
    }
  }
}

double similarity(const MomentRows& sums, int x, const std::vector<double>& window) {
  std::array<double, kMoments> moment{};
  for (int m = 0; m < kMoments; ++m)
    for (std::size_t k = 0; k < window.size(); ++k) moment[m] += window[k] * sums[m][x + k];
  const auto [mean_a, mean_b, square_a, square_b, product] = moment;
  const double variance_a = square_a - mean_a * mean_a;
  const double variance_b = square_b - mean_b * mean_b;
  const double covariance = product - mean_a * mean_b;
  return (2 * mean_a * mean_b + kC1) * (2 * covariance + kC2) /
         ((mean_a * mean_a + mean_b * mean_b + kC1) * (variance_a + variance_b + kC2));
}

std::vector<float> load_plane_0_1(const ConstFrameView& any_frame, int c, int width, int height) {
  const DirectFrame direct(any_frame, nullptr);
  const ConstFrameView frame = direct.view();
  std::vector<float> plane(static_cast<std::size_t>(width) * height);
  for (int y = 0; y < height; ++y)
    load_codes(
        frame, c, y,
        {plane.data() + static_cast<std::size_t>(y) * width, static_cast<std::size_t>(width)});
  const float max_code = static_cast<float>(format_info(frame.format).max_code());
  for (float& x : plane) x /= max_code;
  return plane;
}

double mean_similarity(std::span<const float> a, std::span<const float> b, int width, int height) {
  const int fitting = std::min({kWindow, width, height});
  const std::vector<double> window = make_window(fitting % 2 == 1 ? fitting : fitting - 1);
  const int size = static_cast<int>(window.size());
  MomentRows sums;
  for (std::vector<double>& sum : sums) sum.resize(width);
  double total = 0;
  for (int y = 0; y + size <= height; ++y) {
    sum_columns(a.data(), b.data(), width, y, window, sums);
    for (int x = 0; x + size <= width; ++x) total += similarity(sums, x, window);
  }
  return total / (static_cast<double>(width - size + 1) * (height - size + 1));
}

}  // namespace

double ssim(std::span<const float> a, std::span<const float> b, int width, int height) {
  if (width < 1 || height < 1 || a.size() != static_cast<std::size_t>(width) * height ||
      b.size() != a.size())
    throw Error(ErrorCode::bad_argument,
                "ssim needs two planes of " + std::to_string(width) + "x" + std::to_string(height) +
                    " samples, at least 1x1, found " + std::to_string(a.size()) + " and " +
                    std::to_string(b.size()) + " samples");
  return translate_errors([] { return "ssim"; },
                          [&] { return mean_similarity(a, b, width, height); });
}

double ssim(const ConstFrameView& a, const ConstFrameView& b, int c) {
  check_same_shape(a, b, "ssim");
  check_component(a, c, "ssim");
  const FormatInfo& info = format_info(a.format);
  const int width = info.component_width(c, a.width);
  const int height = info.component_height(c, a.height);
  return translate_errors([] { return "ssim"; },
                          [&] {
                            return mean_similarity(load_plane_0_1(a, c, width, height),
                                                   load_plane_0_1(b, c, width, height), width,
                                                   height);
                          });
}

}  // namespace denoiseae
