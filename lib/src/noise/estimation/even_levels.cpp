// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimation/even_levels.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace denoiseae {

namespace {

/// The quantile of the levels of a group that is taken for theirs. It is below the middle, because
/// texture makes maps tell too much more often than too little.
constexpr float kQuantile = 0.45f;
/// The part of an octave on each side of it that is averaged, lest the level jumps from bin to bin.
constexpr float kAveraged = 0.125f;
/// The levels of two groups are further apart than this, in octaves.
constexpr float kApart = 2 * EvenLevels::kReach;
/// The levels of a group are evened where the share of the blocks that have nearly its level, among
/// all that are not the other group's, is above the first of these, and wholly above the second.
constexpr float kFirstShare = 0.5f, kWholeShare = 0.8f;
/// The number of blocks that are half enough to tell the level of their brightness.
constexpr float kFewBlocks = 10;

float between(float a, float b, float share) { return a + share * (b - a); }

}  // namespace

void EvenLevels::set_brightness(std::span<const float> brightness) {
  places_.clear();
  for (std::size_t i = 0; i < brightness.size(); ++i) {
    if (brightness[i] < 0) continue;
    const float at = std::sqrt(std::min(brightness[i], 255.0f) / 255) * (kKnots - 1);
    const auto knot = std::min(static_cast<std::uint32_t>(at), kKnots - 2u);
    places_.push_back({static_cast<std::uint32_t>(i), knot, at - static_cast<float>(knot)});
  }
}

std::span<EvenLevels::Bin> EvenLevels::around(Bins& bins, int middle, float octaves) {
  const int reach = static_cast<int>(octaves * kBinsPerOctave);
  const int begin = std::max(0, middle - reach), end = std::min(kBins, middle + reach + 1);
  return std::span(bins).subspan(begin, end - begin);
}

EvenLevels::Bin EvenLevels::sum_of(std::span<const Bin> bins) {
  Bin sum;
  for (const Bin& bin : bins) sum.add(bin, 1);
  return sum;
}

int EvenLevels::middle_of(std::span<const Bin> bins) {
  const float wanted = kQuantile * sum_of(bins).blocks;
  std::size_t middle = 0;
  for (float below = bins[0].blocks; below < wanted && middle + 1 < bins.size();)
    below += bins[++middle].blocks;
  return static_cast<int>(middle);
}

EvenLevels::Groups EvenLevels::groups_in(const Bins& bins) {
  const float all = sum_of(bins).blocks;
  Bins left = bins;
  Groups groups;
  std::array<float, std::tuple_size_v<Groups>> alike{}, own{};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    // The middle of all levels may lie at the edge of a group: its own middle is the better one.
    const std::span<Bin> near = around(left, middle_of(left), kApart);
    const int middle = static_cast<int>(&near[middle_of(near)] - left.data());
    const Bin common = sum_of(around(left, middle, kAveraged));
    if (common.blocks <= 0) break;
    groups[i].log_level = common.sum / common.blocks;
    alike[i] = sum_of(around(left, middle, kReach)).blocks;
    own[i] = sum_of(around(left, middle, kApart)).blocks;
    std::ranges::fill(around(left, middle, kApart), Bin{});
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (alike[i] <= 0) continue;
    const float share = alike[i] / (all - own[1 - i]);
    groups[i].trust = std::clamp((share - kFirstShare) / (kWholeShare - kFirstShare), 0.0f, 1.0f) *
                      alike[i] / (alike[i] + kFewBlocks);
  }
  return groups;
}

float EvenLevels::evened(float log_level, const Groups& groups) {
  for (const Group& group : groups) {
    const float distance = log_level - group.log_level;
    const float part = distance / kReach;
    if (std::abs(part) >= 1) continue;
    // Levels go on smoothly to those that stay as they are.
    const float kept = 1 - group.trust * (1 - part * part * part * part);
    return group.log_level + kept * distance;
  }
  return log_level;
}

void EvenLevels::apply(std::span<float> log_levels) {
  if (places_.empty()) return;
  for (Bins& bins : bins_) bins.fill({});
  for (const Place& place : places_) {
    const float log_level = log_levels[place.block];
    const float step = (log_level - kLowestLog) * kBinsPerOctave;
    const auto bin = static_cast<std::size_t>(std::clamp(step, 0.0f, kBins - 1.0f));
    bins_[place.knot][bin].add(1 - place.to_next, log_level);
    bins_[place.knot + 1][bin].add(place.to_next, log_level);
  }
  // All blocks together count as one at each knot, which tells what few blocks do not.
  const float share = 1 / static_cast<float>(places_.size());
  Bins all{};
  for (const Bins& bins : bins_)
    for (std::size_t i = 0; i < kBins; ++i) all[i].add(bins[i], share);
  std::array<Groups, kKnots> groups;
  for (std::size_t knot = 0; knot < kKnots; ++knot) {
    for (std::size_t i = 0; i < kBins; ++i) bins_[knot][i].add(all[i], 1);
    groups[knot] = groups_in(bins_[knot]);
  }
  for (const Place& place : places_) {
    float& log_level = log_levels[place.block];
    log_level = between(evened(log_level, groups[place.knot]),
                        evened(log_level, groups[place.knot + 1]), place.to_next);
  }
}

std::int64_t EvenLevels::memory_bytes() const {
  return static_cast<std::int64_t>(sizeof(*this) + places_.capacity() * sizeof(Place));
}

}  // namespace denoiseae
