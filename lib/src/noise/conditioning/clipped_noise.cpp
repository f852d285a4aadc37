// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/conditioning/clipped_noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>

#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

constexpr int kStepsPerDeviation = 64;
/// Beyond so many standard deviations the shift is below a thousandth of one.
constexpr int kDeviations = 3;
using Shifts = std::array<float, kStepsPerDeviation * kDeviations + 2>;

/// Returns the distance of the mean of clipped noise whose true mean is t from the limit.
double mean_distance(double t) {
  const double density = std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi);
  return t * std::erfc(-t / std::numbers::sqrt2) / 2 + density;
}

/// Returns the t, at least 0, whose mean distance is the given one.
double true_distance(double distance) {
  double low = 0, high = distance;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (mean_distance(middle) < distance ? low : high) = middle;
  }
  return low;
}

const Shifts& shifts() {
  static const Shifts table = [] {
    Shifts result{};
    for (std::size_t i = 0; i < result.size(); ++i) {
      const double distance = static_cast<double>(i) / kStepsPerDeviation;
      result[i] = static_cast<float>(distance - true_distance(distance));
    }
    return result;
  }();
  return table;
}

float shift_at(const Shifts& table, float distance) {
  if (distance >= kDeviations) return 0;
  const float place = std::max(distance, 0.0f) * kStepsPerDeviation;
  const auto step = static_cast<std::size_t>(place);
  const float part = place - static_cast<float>(step);
  return table[step] + part * (table[step + 1] - table[step]);
}

}  // namespace

float clipping_shift(float distance) noexcept { return shift_at(shifts(), distance); }

void restore_clipped(const TensorView& input, const TensorView& residual) {
  constexpr float kLevelUnit = 1 / kNoiseLevelScale;
  constexpr float kWeakest = kWeakestClippedNoise / 255, kFull = kFullyClippedNoise / 255;
  const Shifts& table = shifts();
  const float* frame = input.data;
  float* noise = residual.data;
  for (int i = 0; i < input.height * input.width;
       ++i, frame += input.channels, noise += residual.channels) {
    const float sigma = frame[kLumaNoiseChannel] * kLevelUnit;
    if (sigma <= kWeakest) continue;
    const float part = std::min(1.0f, (sigma - kWeakest) / (kFull - kWeakest));
    for (int channel = 0; channel < 4; ++channel) {
      const float picture = frame[channel] - noise[channel];
      noise[channel] -=
          part * sigma *
          (shift_at(table, (0.5f - picture) / sigma) - shift_at(table, (0.5f + picture) / sigma));
    }
  }
}

}  // namespace denoiseae
