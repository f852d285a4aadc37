// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/measure_noise_floor.h"

#include <cstdint>
#include <limits>

#include "layout/packed_layout.h"
#include "train/sequence.h"

namespace denoiseae {

namespace {

constexpr int kBatches = 4;
constexpr int kAtOnce = 24;
constexpr std::uint64_t kSeed = 0x0e77;
constexpr int kHundredths = 100;  // the error is measured in hundredths of a code
constexpr int kMaxCodes = 20;

/// The measurements of one component of a sample, in codes squared.
struct Match {
  double level = 0;          ///< the square of the noise level
  double noise_result = 0;   ///< the mean of noise x result
  double result_square = 0;  ///< the mean of result^2
};

/// Measures count channels from first on.
void match(const torch::Tensor& result, const torch::Tensor& noise, const torch::Tensor& levels,
           int first, int count, std::vector<Match>& matches) {
  const auto mean = [&](const torch::Tensor& values) {
    return values.narrow(1, first, count).mean({1, 2, 3}).to(torch::kFloat64) * 255.0 * 255.0;
  };
  const torch::Tensor product = mean(noise * result), square = mean(result * result);
  for (std::int64_t i = 0; i < result.size(0); ++i) {
    const double level = levels[i].mean().item<double>() / kNoiseLevelScale * 255;
    if (level == 0) continue;  // a gray picture has no noise in its colour planes
    matches.push_back({level * level, product[i].item<double>(), square[i].item<double>()});
  }
}

double best_error(const std::vector<Match>& matches) {
  double best = 0, least = std::numeric_limits<double>::infinity();
  for (int hundredths = 0; hundredths <= kMaxCodes * kHundredths; ++hundredths) {
    const double own = static_cast<double>(hundredths) / kHundredths;
    double sum = 0;
    for (const Match& m : matches) {
      const double share = m.level / (m.level + own * own);
      sum += share * (share * m.result_square - 2 * m.noise_result) / m.level;
    }
    if (sum < least) {
      least = sum;
      best = own;
    }
  }
  return best;
}

}  // namespace

SampleSettings hardly_noisy(const SampleSettings& of_training, int patch_px) {
  SampleSettings settings;
  settings.domain = of_training.domain;
  settings.patch_px = patch_px;
  settings.noise = {{NoiseModel::gaussian, 0.5, 5, 1}};
  settings.augment = false;
  settings.gray_share = settings.limited_range_share = settings.reduced_share = 0;
  settings.equal_chroma_share = 1;
  return settings;
}

NoiseFloor measure_noise_floor(GraphModule& network, const std::vector<WeightedSampler>& samplers) {
  torch::NoGradGuard no_grad;
  std::vector<Match> luma, chroma;
  for (int i = 0; i < kBatches; ++i) {
    Batch batch = draw_batch(samplers, kAtOnce, kSeed + static_cast<std::uint64_t>(i));
    const torch::Device device = network.device();
    const torch::Tensor input = input_of(batch, device);
    const torch::Tensor noise = target_of(batch, device).select(1, 0);
    const torch::Tensor levels = input.select(1, 0);
    const torch::Tensor result = run_sequence(network, input, {})[0];
    match(result, noise, levels.select(1, kLumaNoiseChannel), 0, 4, luma);
    match(result, noise, levels.select(1, kChromaNoiseChannel), 4, 2, chroma);
  }
  return {best_error(luma), best_error(chroma)};
}

}  // namespace denoiseae
