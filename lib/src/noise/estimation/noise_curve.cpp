// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimation/noise_curve.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "noise/estimation/block_noise.h"

namespace denoiseae {
namespace {

// Weight of a new frame after many frames. With it, half of a step is followed after 7 frames.
constexpr double kWeight = 0.1;
// A quantile of fewer blocks says too little.
constexpr std::ptrdiff_t kMinBlocks = 4;
// The variance is expected to change by so many times itself over the whole range of codes.
constexpr double kExpectedChange = 4;
constexpr double kDegreesOfFreedom = 68;

}  // namespace

double NoiseCurve::variance(double code) const {
  return std::max(0.0, slope * std::clamp(code, lowest, highest) + offset);
}

double NoiseCurve::level(double code) const { return std::sqrt(variance(code)); }

bool NoiseHistogram::add(std::span<BlockNoise> blocks) {
  const double weight = std::max(kWeight, 1.0 / (frames_ + 1));
  bool any_measured = false;
  std::sort(blocks.begin(), blocks.end(),
            [](const BlockNoise& a, const BlockNoise& b) { return a.code < b.code; });
  auto begin = blocks.begin();
  for (int i = 0; i < kBins; ++i) {
    Bin& bin = bins_[static_cast<std::size_t>(i)];
    const double limit = (i + 1) * (256.0 / kBins);
    const auto end = std::find_if(begin, blocks.end(),
                                  [limit](const BlockNoise& block) { return block.code >= limit; });
    const auto count = end - begin;
    bin.blocks *= 1 - weight;
    if (count >= kMinBlocks) {
      double code = 0;
      for (auto block = begin; block != end; ++block) code += block->code;
      code /= static_cast<double>(count);
      const auto chosen =
          begin + static_cast<std::ptrdiff_t>(kQuantile * static_cast<double>(count));
      std::nth_element(begin, chosen, end, [](const BlockNoise& a, const BlockNoise& b) {
        return a.variance < b.variance;
      });
      any_measured = true;
      const double added = weight * static_cast<double>(count);
      bin.blocks += added;
      const double part = added / bin.blocks;
      bin.code += part * (code - bin.code);
      bin.variance += part * (chosen->variance / kQuantileOfMean - bin.variance);
    }
    begin = end;
  }
  if (any_measured) ++frames_;
  return any_measured;
}

NoiseCurve NoiseHistogram::fit() const {
  std::array<NoisePoint, kBins> points;
  std::size_t count = 0;
  for (const Bin& bin : bins_) {
    if (bin.blocks > 0) points[count++] = {bin.blocks * kDegreesOfFreedom, bin.code, bin.variance};
  }
  return fit_noise_curve({points.data(), count});
}

NoiseCurve fit_noise_curve(std::span<const NoisePoint> points) {
  if (points.empty()) return {};
  const auto weight_of = [](const NoisePoint& p) {
    // The weight is 1 / (variance of the measured variance).
    const double v = std::max(p.variance, kRoundingVariance);
    return p.samples / (2 * v * v);
  };
  double weights = 0, code = 0, variance = 0;
  for (const NoisePoint& p : points) {
    const double weight = weight_of(p);
    weights += weight;
    code += weight * p.code;
    variance += weight * p.variance;
  }
  code /= weights;
  variance /= weights;
  double squares = 0, products = 0;
  for (const NoisePoint& p : points) {
    squares += weight_of(p) * (p.code - code) * (p.code - code);
    products += weight_of(p) * (p.code - code) * (p.variance - variance);
  }
  const double expected_slope = kExpectedChange * std::max(variance, kRoundingVariance) / 255;
  NoiseCurve curve{.lowest = points.front().code, .highest = points.back().code};
  curve.slope = products / (squares + 1 / (expected_slope * expected_slope));
  curve.offset = variance - curve.slope * code;
  return curve;
}

}  // namespace denoiseae
