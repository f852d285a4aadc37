// SPDX-License-Identifier: LGPL-2.1-or-later
// The noise models that add normal deviates of one standard deviation to all samples.
#include <algorithm>
#include <array>
#include <cmath>

#include "noise/synthesis/models.h"

namespace denoiseae {
namespace {

// Adds sigma N(0,1) in pieces that fit a buffer on the stack.
void add_normal(std::span<float> samples, float sigma, Random& random) {
  std::array<float, kNormalsTogether> noise;
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), noise.size());
    random.fill_normal({noise.data(), count});
    for (std::size_t i = 0; i < count; ++i) samples[i] += sigma * noise[i];
    samples = samples.subspan(count);
  }
}

void clip(std::span<float> samples) {
  for (float& x : samples) x = std::clamp(x, 0.0f, 1.0f);
}

}  // namespace

void add_gaussian(std::span<float> samples, double level, Random& random) {
  add_normal(samples, static_cast<float>(level / 255), random);
}

void add_gaussian_variance(std::span<float> samples, double level, Random& random) {
  add_gaussian(samples, std::sqrt(level), random);
}

void add_coefficient(std::span<float> samples, double level, Random& random) {
  add_normal(samples, static_cast<float>(level), random);
  clip(samples);
}

void add_coefficient_offset(std::span<float> samples, double level, Random& random) {
  for (float& x : samples) x += 0.5f;
  add_normal(samples, static_cast<float>(level), random);
  clip(samples);
}

}  // namespace denoiseae
