// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/noise_levels.h"

#include <algorithm>
#include <cmath>

#include "layout/packed_layout.h"
#include "noise/conditioning/noise_map.h"

namespace denoiseae {

namespace {

/// Returns the factor between the level that is estimated at half the size and the level that
/// networks are told, for noise that is correlated between neighbours. correlation: see
/// NoiseMeasurement. In training, networks are told the deviation at full size. That is 0.93 to
/// 0.98 of the estimate for noise from an interpolated mosaic, and more for noise that was smoothed
/// since and has fewer high frequencies. The factor 1.25 for noise with few high frequencies was
/// chosen on real-noise/polyu.
double gain_of_correlation(double correlation) {
  constexpr double kLow = 2.25, kHigh = 4, kGainOfLow = 0.95, kGainOfHigh = 1.25;
  const double part = (std::sqrt(correlation) - kLow) / (kHigh - kLow);
  return kGainOfLow + (kGainOfHigh - kGainOfLow) * std::clamp(part, 0.0, 1.0);
}

/// Chroma is taken to hold at least this part of luma's correlated noise: compression leaves so
/// little noise of chroma in flat regions that its own estimate may be far too low. 13 of 15
/// pictures of real-noise/polyu have more.
constexpr double kMinChromaShare = 0.3;

}  // namespace

double NoiseLevels::expected_luma_level(const DenoiseSettings& settings) const {
  const double level =
      settings.noise_level < 0 ? packed_level() : settings.noise_level * gain_.luma;
  return std::max(level, 0.0) * settings.strength;
}

void NoiseLevels::take_given(const DenoiseSettings& settings) {
  const double chroma_strength = settings.strength * settings.chroma_strength;
  is_given_ = true;
  map_ = nullptr;
  chroma_level_ = settings.noise_level * chroma_strength;
  luma_gain_ = settings.noise_level * settings.strength * gain_.luma;
  chroma_gain_ = chroma_level_ * gain_.chroma;
}

void NoiseLevels::take_map(const DenoiseSettings& settings, const NoiseMapState& map) {
  const double chroma_strength = settings.strength * settings.chroma_strength;
  is_given_ = false;
  map_ = &map.levels();
  luma_floor_ = chroma_floor_ = 0;
  map_level_ = map.luma_level();
  luma_gain_ = settings.strength;
  chroma_gain_ = gain_.chroma == 0 ? 0 : chroma_strength;
  chroma_level_ = gain_.chroma == 0 ? 0 : map.chroma_level() * chroma_strength / gain_.chroma;
  frame_gain_ = gain_.luma;
}

NoiseLevels::ToldEstimate NoiseLevels::told_estimate(double level) const {
  const double part = estimator_.correlated_part();
  const double own_share = level > 0 ? estimator_.chroma_level() / level : 1;
  return {1 + (gain_of_correlation(estimator_.correlation()) - 1) * part,
          std::max(own_share, kMinChromaShare * part)};
}

void NoiseLevels::raise_to_estimate(const ConstFrameView& frame, ThreadPool* pool) {
  estimator_.reset();
  const double level = estimator_.update(frame, {}, nullptr, pool);
  if (level <= 0) return;
  const ToldEstimate told = told_estimate(level);
  luma_floor_ = told.gain * level;
  chroma_floor_ = luma_floor_ * told.chroma_share;
  map_level_ = std::max(map_level_, luma_floor_);
}

void NoiseLevels::estimate(const DenoiseSettings& settings, const ConstFrameView& frame,
                           const LumaView& previous, const MotionField* motion, ThreadPool* pool) {
  const double chroma_strength = settings.strength * settings.chroma_strength;
  const double level = estimator_.update(frame, previous, motion, pool);
  const ToldEstimate told = told_estimate(level);
  const bool is_gray = gain_.chroma == 0;
  is_given_ = false;
  map_ = nullptr;
  luma_gain_ = told.gain * settings.strength;
  chroma_gain_ = is_gray ? 0 : told.gain * told.chroma_share * chroma_strength;
  chroma_level_ = is_gray ? 0 : chroma_gain_ * level / gain_.chroma;
  frame_gain_ = gain_.luma + (1 - gain_.luma) * estimator_.correlated_part();
}

void NoiseLevels::fill(int first_row, const TensorView& rows) const {
  if (map_ != nullptr) {
    fill_block_levels(*map_, luma_gain_, chroma_gain_, first_row, rows, luma_floor_, chroma_floor_);
    return;
  }
  const NoiseCurve& curve = is_given_ ? kUnitNoise : estimator_.curve();
  fill_noise_map(rows, kLumaNoiseChannel, curve, luma_gain_);
  fill_noise_map(rows, kChromaNoiseChannel, curve, chroma_gain_);
}

double NoiseLevels::highest_level(double gain, double floor,
                                  std::vector<float> BlockLevels::*of_map) const noexcept {
  if (map_ == nullptr) {
    const NoiseCurve& curve = is_given_ ? kUnitNoise : estimator_.curve();
    return gain * std::max(curve.level(curve.lowest), curve.level(curve.highest));
  }
  const std::vector<float>& levels = map_->*of_map;
  const auto highest = std::max_element(levels.begin(), levels.end());
  return gain * std::max(floor, static_cast<double>(*highest));
}

double NoiseLevels::highest_luma_level() const noexcept {
  return highest_level(luma_gain_, luma_floor_, &BlockLevels::luma);
}

double NoiseLevels::highest_level() const noexcept {
  return std::max(highest_luma_level(),
                  highest_level(chroma_gain_, chroma_floor_, &BlockLevels::chroma));
}

NoiseFloor NoiseLevels::noise_floor(const NoiseFloor& of_network) const noexcept {
  const double white = is_given_ || map_ != nullptr ? 1 : 1 - estimator_.correlated_part();
  return {white * of_network.luma, of_network.chroma};
}

}  // namespace denoiseae
