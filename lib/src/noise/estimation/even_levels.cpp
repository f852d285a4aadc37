// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimation/even_levels.h"

#include <algorithm>
#include <cmath>

namespace denoiseae {

namespace {

/// The quantile of the levels of one brightness that is taken for theirs. It is below the middle,
/// because texture makes maps tell too much more often than too little.
constexpr float kQuantile = 0.45f;
/// The number of bins on each side of it that are averaged, lest the level jumps from bin to bin.
constexpr int kAveraged = 4;
/// Levels are evened where the share of blocks that have nearly the common level is above the first
/// of these, and wholly above the second.
constexpr float kFirstShare = 0.5f, kWholeShare = 0.8f;
/// The number of blocks that are half enough to tell the level of their brightness.
constexpr float kFewBlocks = 10;

float between(float a, float b, float share) { return a + share * (b - a); }

}  // namespace

EvenLevels::EvenLevels() : all_(kBins) {
  for (std::vector<Bin>& bins : bins_) bins.resize(kBins);
}

EvenLevels::Place EvenLevels::place_of(float brightness) {
  const float at = std::sqrt(std::min(brightness, 255.0f) / 255) * (kKnots - 1);
  const float knot = std::min(std::floor(at), kKnots - 2.0f);
  return {static_cast<std::size_t>(knot), at - knot};
}

EvenLevels::Common EvenLevels::common_at(std::size_t knot) const {
  float own = 0, others = 0;
  for (const Bin& bin : bins_[knot]) own += bin.blocks;
  for (const Bin& bin : all_) others += bin.blocks;
  if (others == 0) return {0, 0};
  const auto bin_at = [&](int i) {
    const Bin &here = bins_[knot][i], &all = all_[i];
    return Bin{here.blocks + all.blocks / others, here.sum + all.sum / others};
  };
  const float total = own + 1;
  int middle = 0;
  for (float below = bin_at(0).blocks; below < kQuantile * total && middle < kBins - 1;)
    below += bin_at(++middle).blocks;
  Bin around;
  for (int i = std::max(0, middle - kAveraged); i <= std::min(kBins - 1, middle + kAveraged); ++i) {
    const Bin bin = bin_at(i);
    around.blocks += bin.blocks;
    around.sum += bin.sum;
  }
  const float log_level = around.sum / around.blocks;
  float near = 0;
  for (int i = 0; i < kBins; ++i) {
    const float of_bin = kLowestLog + (static_cast<float>(i) + 0.5f) / kBinsPerOctave;
    if (std::abs(of_bin - log_level) < kReach) near += bin_at(i).blocks;
  }
  const float agreement =
      std::clamp((near / total - kFirstShare) / (kWholeShare - kFirstShare), 0.0f, 1.0f);
  return {log_level, agreement * own / (own + kFewBlocks)};
}

void EvenLevels::apply(std::span<const float> brightness, std::span<float> log_levels) {
  for (std::vector<Bin>& bins : bins_) std::fill(bins.begin(), bins.end(), Bin{});
  std::fill(all_.begin(), all_.end(), Bin{});
  for (std::size_t i = 0; i < log_levels.size(); ++i) {
    if (brightness[i] < 0) continue;
    const float step = (log_levels[i] - kLowestLog) * kBinsPerOctave;
    const auto bin = static_cast<std::size_t>(std::clamp(step, 0.0f, kBins - 1.0f));
    const Place place = place_of(brightness[i]);
    bins_[place.knot][bin].add(1 - place.to_next, log_levels[i]);
    bins_[place.knot + 1][bin].add(place.to_next, log_levels[i]);
    all_[bin].add(1, log_levels[i]);
  }
  for (std::size_t knot = 0; knot < kKnots; ++knot) common_[knot] = common_at(knot);
  for (std::size_t i = 0; i < log_levels.size(); ++i) {
    if (brightness[i] < 0) continue;
    const Place place = place_of(brightness[i]);
    const Common &darker = common_[place.knot], &lighter = common_[place.knot + 1];
    const float log_level = between(darker.log_level, lighter.log_level, place.to_next);
    const float trust = between(darker.trust, lighter.trust, place.to_next);
    const float distance = log_levels[i] - log_level;
    const float part = distance / kReach;
    if (std::abs(part) >= 1) continue;
    // Levels go on smoothly to those that stay as they are.
    const float kept = 1 - trust * (1 - part * part * part * part);
    log_levels[i] = log_level + kept * distance;
  }
}

}  // namespace denoiseae
