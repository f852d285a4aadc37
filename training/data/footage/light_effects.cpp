// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/light_effects.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>

namespace denoiseae {

namespace {

constexpr double kTurn = 2 * std::numbers::pi;

/// Multiplies a frame by gains, 32FC1, one for each pixel.
void multiply(cv::Mat& frame, const cv::Mat& gains) {
  cv::Mat all = gains;
  if (frame.channels() == 3) cv::merge(std::vector<cv::Mat>(3, gains), all);
  cv::multiply(frame, all, frame, 1, CV_8U);
}

/// Returns the mean over the pixels of a frame, one number for all its channels.
double mean_code(const cv::Mat& frame) {
  const cv::Scalar mean = cv::mean(frame);
  return frame.channels() == 1 ? mean[0] : (mean[0] + mean[1] + mean[2]) / 3;
}

struct PlaneWave {
  double x, y;   ///< turns per pixel
  double speed;  ///< turns per frame
  double phase;
  double height;  ///< codes
};

PlaneWave random_wave(double height, Rng& rng) {
  const double length_px = 12 * std::exp(rng.uniform(0, std::log(12)));
  const double angle = rng.uniform(0, kTurn);
  return {std::cos(angle) / length_px, std::sin(angle) / length_px,
          rng.uniform(0.2, 6) / length_px * (rng.chance(0.5) ? 1 : -1), rng.uniform(0, 1), height};
}

/// Adds the wave at frame t to a sum, 32FC1. A sine of a sum is one of sums of products, which
/// costs no sine for each pixel.
void add_wave(const PlaneWave& wave, std::size_t t, cv::Mat& sum) {
  std::vector<float> sine(sum.cols), cosine(sum.cols);
  for (int x = 0; x < sum.cols; ++x) {
    sine[x] = static_cast<float>(std::sin(kTurn * wave.x * x));
    cosine[x] = static_cast<float>(std::cos(kTurn * wave.x * x));
  }
  for (int y = 0; y < sum.rows; ++y) {
    const double rest = kTurn * (wave.y * y + wave.phase + wave.speed * static_cast<double>(t));
    const auto a = static_cast<float>(wave.height * std::cos(rest));
    const auto b = static_cast<float>(wave.height * std::sin(rest));
    auto* row = sum.ptr<float>(y);
    for (int x = 0; x < sum.cols; ++x) row[x] += a * sine[x] + b * cosine[x];
  }
}

/// Returns the sum of the waves at frame t, 32FC1.
cv::Mat sum_of(const std::vector<PlaneWave>& waves, std::size_t t, cv::Size size) {
  cv::Mat sum(size, CV_32FC1, cv::Scalar(0));
  for (const PlaneWave& wave : waves) add_wave(wave, t, sum);
  return sum;
}

std::vector<PlaneWave> random_waves(double height, int count, Rng& rng) {
  std::vector<PlaneWave> waves;
  for (int i = 0; i < count; ++i) waves.push_back(random_wave(height / count, rng));
  return waves;
}

}  // namespace

void fade(CleanFrames& frames, Rng& rng) {
  const bool to_white = rng.chance(0.25);
  const bool backwards = rng.chance(0.5);
  const double length = rng.uniform(2, 24);
  // At least one frame of the sequence is within the fade.
  const double start = rng.uniform(-0.9 * length, static_cast<double>(frames.size()) - 2);
  for (std::size_t t = 0; t < frames.size(); ++t) {
    const double place = backwards ? static_cast<double>(frames.size() - 1 - t) : double(t);
    const double faded = std::clamp((place - start) / length, 0.0, 1.0);
    frames[t].convertTo(frames[t], -1, 1 - faded, to_white ? 255 * faded : 0);
  }
}

void flash(CleanFrames& frames, Rng& rng) {
  const int at = rng.below(static_cast<int>(frames.size()));
  const double gain = rng.uniform(0.4, 1.6);
  cv::Mat& lit = frames[static_cast<std::size_t>(at)];
  // The lightest frames still hold a picture.
  const double most = std::max(30.0, 230 - gain * mean_code(lit));
  lit.convertTo(lit, -1, gain, rng.uniform(0.3, 1) * most);
}

void lamp(CleanFrames& frames, Rng& rng) {
  constexpr std::array kFrameRates = {23.976, 24.0, 25.0, 29.97, 30.0, 48.0, 50.0, 59.94, 60.0};
  const double flicker_hz = rng.chance(0.5) ? 100 : 120;  // a lamp shines in both half waves
  const double rate = kFrameRates[rng.below(kFrameRates.size())] * rng.uniform(0.995, 1.005);
  const double depth = rng.uniform(0.02, 0.12);
  // The shutter of some cameras opens for all rows at once.
  const double turns_per_row = rng.chance(0.15) ? 0 : 1 / rng.uniform(40, 1000);
  const bool columns = rng.chance(0.2);  // a camera that is held upright
  const double phase = rng.uniform(0, 1);
  for (std::size_t t = 0; t < frames.size(); ++t) {
    cv::Mat gains(frames[t].size(), CV_32FC1);
    const int lines = columns ? gains.cols : gains.rows;
    for (int i = 0; i < lines; ++i) {
      const double turns = phase + turns_per_row * i + static_cast<double>(t) * flicker_hz / rate;
      const cv::Mat line = columns ? gains.col(i) : gains.row(i);
      cv::Mat(line).setTo(1 + depth * std::sin(kTurn * turns));
    }
    multiply(frames[t], gains);
  }
}

void exposure(CleanFrames& frames, Rng& rng) {
  const bool steps = rng.chance(0.4);
  const int change = rng.between(1, std::max(1, static_cast<int>(frames.size()) - 1));
  const double step = std::exp(rng.uniform(-0.5, 0.5));
  const double rate = rng.uniform(-0.05, 0.05);
  std::array<double, 3> balance{};  // the drift of white, per frame
  if (rng.chance(0.3))
    for (double& of_channel : balance) of_channel = rng.uniform(-0.01, 0.01);
  for (std::size_t t = 0; t < frames.size(); ++t) {
    cv::Scalar gains;
    for (int c = 0; c < 3; ++c) {
      const double slow = std::exp((rate + balance[c]) * static_cast<double>(t));
      gains[c] = steps ? (static_cast<int>(t) >= change ? step : 1) : slow;
    }
    if (frames[t].channels() == 1) gains = cv::Scalar::all(gains[0]);
    cv::multiply(frames[t], gains, frames[t]);
  }
}

void wave(CleanFrames& frames, Rng& rng) {
  const bool flat = rng.chance(0.5);
  const double contrast = flat ? rng.uniform(0, 0.5) : 1;
  const double height = rng.uniform(1, 6);
  const int count = rng.between(1, 3);
  const std::vector<PlaneWave> waves = random_waves(height, count, rng);
  const double middle = mean_code(frames.front());
  for (std::size_t t = 0; t < frames.size(); ++t) {
    cv::Mat sum = sum_of(waves, t, frames[t].size());
    sum += (1 - contrast) * middle;
    if (frames[t].channels() == 3) cv::merge(std::vector<cv::Mat>(3, sum), sum);
    cv::Mat scaled;
    frames[t].convertTo(scaled, CV_32F, contrast);
    cv::add(scaled, sum, frames[t], cv::noArray(), CV_8U);
  }
}

void ripples(CleanFrames& frames, Rng& rng) {
  const double reach_px = 0.5 * std::exp(rng.uniform(0, std::log(12)));
  const int count = rng.between(1, 3);
  const bool new_in_each_frame = rng.chance(0.5);
  std::vector<PlaneWave> along = random_waves(reach_px, count, rng);
  std::vector<PlaneWave> down = random_waves(reach_px, count, rng);
  for (std::size_t t = 0; t < frames.size(); ++t) {
    if (new_in_each_frame && t > 0) {
      along = random_waves(reach_px, count, rng);
      down = random_waves(reach_px, count, rng);
    }
    cv::Mat x = sum_of(along, t, frames[t].size()), y = sum_of(down, t, frames[t].size());
    for (int row = 0; row < x.rows; ++row)
      for (int column = 0; column < x.cols; ++column) {
        x.at<float>(row, column) += static_cast<float>(column);
        y.at<float>(row, column) += static_cast<float>(row);
      }
    cv::Mat moved;
    cv::remap(frames[t], moved, x, y, cv::INTER_CUBIC, cv::BORDER_REFLECT_101);
    frames[t] = moved;
  }
}

void stop_and_go(CleanFrames& frames, Rng& rng) {
  const int count = static_cast<int>(frames.size());
  const int stop = rng.below(count);
  const int length = rng.between(1, std::max(1, count - 1));
  const CleanFrames before = frames;
  for (int t = 0; t < count; ++t) {
    const int shown = t <= stop ? t : std::max(stop, t - length);
    frames[static_cast<std::size_t>(t)] = before[static_cast<std::size_t>(shown)].clone();
  }
}

}  // namespace denoiseae
