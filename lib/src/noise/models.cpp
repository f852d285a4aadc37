// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of noise models.
#include "noise/models.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <string>

namespace denoiseae {
namespace {

// Adds sigma N(0,1), in pieces that fit a buffer on the stack.
void add_normal(std::span<float> samples, float sigma, Random& random) {
  std::array<float, 1024> noise;
  while (!samples.empty()) {
    const std::size_t count = std::min(samples.size(), noise.size());
    random.fill_normal({noise.data(), count});
    for (std::size_t i = 0; i < count; ++i) samples[i] += sigma * noise[i];
    samples = samples.subspan(count);
  }
}

void add_gaussian(std::span<float> samples, double level, Random& random) {
  add_normal(samples, static_cast<float>(level / 255), random);
}

void add_coefficient(std::span<float> samples, double level, Random& random) {
  add_normal(samples, static_cast<float>(level), random);
  for (float& x : samples) x = std::clamp(x, 0.0f, 1.0f);
}

// In the order of NoiseModel.
constexpr std::array kModels = {
    NoiseModelInfo{NoiseModel::gaussian, "gaussian",
                   "additive white Gaussian noise; level = standard deviation in 8-bit code values",
                   25, 100},
    NoiseModelInfo{NoiseModel::coefficient, "coefficient",
                   "x + level N(0,1), clipped, for samples x of 0 ... 1 (the founding paper); "
                   "level = standard deviation as a part of the full range",
                   0.5, 1},
};
constexpr std::array<NoiseFunction*, kModels.size()> kFunctions = {
    add_gaussian,
    add_coefficient,
};
static_assert(kModels[0].model == NoiseModel::gaussian);
static_assert(kModels[1].model == NoiseModel::coefficient);

}  // namespace

std::span<const NoiseModelInfo> noise_models() noexcept { return kModels; }

const NoiseModelInfo& noise_model_info(NoiseModel model) noexcept {
  assert(static_cast<std::size_t>(model) < kModels.size());
  return kModels[static_cast<std::size_t>(model)];
}

NoiseFunction* noise_function(NoiseModel model) noexcept {
  return kFunctions[static_cast<std::size_t>(model)];
}

NoiseModel noise_model_from_name(std::string_view name) {
  std::string known;
  for (const NoiseModelInfo& info : kModels) {
    if (info.name == name) return info.model;
    known += (known.empty() ? "" : ", ") + std::string(info.name);
  }
  throw Error(ErrorCode::bad_argument,
              "unknown noise model '" + std::string(name) + "'; known are " + known);
}

}  // namespace denoiseae
