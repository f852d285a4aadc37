// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of noise models.
#include "noise/synthesis/models.h"

#include <denoiseae/error.h>

#include <array>
#include <cassert>
#include <cmath>
#include <string>

namespace denoiseae {
namespace {

/// The random numbers that a model draws. A row without them does not compile: no default suits
/// all models.
struct Draws {
  constexpr Draws(std::size_t of_fills, std::size_t of_singles)
      : fills(of_fills), singles(of_singles) {}

  std::size_t fills;    ///< calls of Random::fill_normal for every kNormalsTogether samples
  std::size_t singles;  ///< other random numbers for each sample
};

struct Row {
  NoiseModelInfo info;
  NoiseFunction* add;
  double (*sigma_8bit)(double level);
  Draws draws;
  double signal_share = 0;  ///< share of the variance at middle gray that grows with the sample
};

// The rows stand in the order of NoiseModel.
constexpr std::array kRows = {
    Row{{NoiseModel::gaussian, "gaussian",
         "additive white Gaussian noise; level = standard deviation in 8-bit code values", 25, 100},
        add_gaussian,
        [](double level) { return level; },
        {1, 0}},
    Row{{NoiseModel::coefficient, "coefficient",
         "x + level N(0,1), clipped, for samples x of 0 ... 1 (the founding paper); "
         "level = standard deviation as a part of the full range",
         0.5, 1},
        add_coefficient,
        [](double level) { return 255 * level; },
        {1, 0}},
    Row{{NoiseModel::coefficient_offset, "coefficient-offset",
         "x + 0.5 + level N(0,1), clipped, as tutorials of the founding paper's network add "
         "N(0.5, 0.5); level = standard deviation as a part of the full range",
         0.5, 1},
        add_coefficient_offset,
        [](double level) { return 255 * level; },
        {1, 0}},
    Row{{NoiseModel::gaussian_variance, "gaussian-variance",
         "as gaussian; level = variance in squared 8-bit code values (the founding paper)", 550,
         10000},
        add_gaussian_variance,
        [](double level) { return std::sqrt(level); },
        {1, 0}},
    Row{{NoiseModel::poisson_gaussian, "poisson-gaussian",
         "shot noise (Poisson) and read noise (Gaussian) of an image sensor, of equal variance at "
         "middle gray; level = standard deviation there, in 8-bit code values",
         25, 100},
        add_poisson_gaussian,
        [](double level) { return level; },
        {2, 1},
        0.5},
    Row{{NoiseModel::salt_pepper, "salt-pepper",
         "samples replaced by black or white, half of them by each; level = their share", 0.1, 1},
        add_salt_pepper,
        // If samples are uniform in 0 ... 1, the mean squared error of a replaced one is 1 / 3.
        [](double level) { return 255 * std::sqrt(level / 3); },
        {0, 1}},
};

// The part of the rows that users see.
constexpr auto kModels = [] {
  std::array<NoiseModelInfo, kRows.size()> models{};
  for (std::size_t i = 0; i < kRows.size(); ++i) models[i] = kRows[i].info;
  return models;
}();

constexpr bool in_order() {
  for (std::size_t i = 0; i < kModels.size(); ++i)
    if (static_cast<std::size_t>(kModels[i].model) != i) return false;
  return true;
}
static_assert(in_order());

const Row& row_of(NoiseModel model) noexcept {
  assert(static_cast<std::size_t>(model) < kRows.size());
  return kRows[static_cast<std::size_t>(model)];
}

}  // namespace

std::span<const NoiseModelInfo> noise_models() noexcept { return kModels; }

const NoiseModelInfo& noise_model_info(NoiseModel model) noexcept {
  assert(static_cast<std::size_t>(model) < kModels.size());
  return kModels[static_cast<std::size_t>(model)];
}

double noise_sigma_8bit(NoiseModel model, double level) noexcept {
  return row_of(model).sigma_8bit(level);
}

NoiseCurve noise_curve(NoiseModel model, double level) noexcept {
  const Row& row = row_of(model);
  const double sigma = row.sigma_8bit(level);
  const double variance = sigma * sigma;
  return {.slope = variance * row.signal_share / 127.5,
          .offset = variance * (1 - row.signal_share)};
}

NoiseFunction* noise_function(NoiseModel model) noexcept { return row_of(model).add; }

std::size_t noise_draws(NoiseModel model, std::size_t samples) noexcept {
  const Row& row = row_of(model);
  const std::size_t fills = row.draws.fills * ((samples + kNormalsTogether - 1) / kNormalsTogether);
  return fills * Random::kDrawsOfFill + row.draws.singles * samples;
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
