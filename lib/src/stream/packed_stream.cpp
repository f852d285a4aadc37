// SPDX-License-Identifier: LGPL-2.1-or-later
#include "stream/packed_stream.h"

#include <algorithm>
#include <cmath>

#include "frame/pack.h"
#include "noise/conditioning/noise_map.h"

namespace denoiseae {

namespace {

/// Frames of which a smaller part shows what was there before follow a cut. Of neighbouring frames
/// of clips, the moving ones included, 1 in 100 have less than 0.17; of frames of different clips,
/// 99 in 100 have less than 0.1.
constexpr double kMinMatched = 0.1;

/// What networks are told of noise that neighbours share, in parts of the level estimated at half
/// the size. correlation: as in NoiseMeasurement. The deviation at full size, which networks were
/// told in training, is 0.93 to 0.98 of that level for noise from an interpolated mosaic and more
/// where it was smoothed since, and has fewer high frequencies. Of noise with so few the level
/// of 1.25 was chosen on real-noise/polyu.
double gain_of_correlation(double correlation) {
  constexpr double kLow = 2.25, kHigh = 4, kGainOfLow = 0.95, kGainOfHigh = 1.25;
  const double part = (std::sqrt(correlation) - kLow) / (kHigh - kLow);
  return kGainOfLow + (kGainOfHigh - kGainOfLow) * std::clamp(part, 0.0, 1.0);
}

/// Chroma holds at least so much of such noise, in parts of luma's. Compression leaves so little of
/// it in flat regions that its own estimate may say nothing. 13 of 15 pictures of real-noise/polyu
/// have more.
constexpr double kMinChromaShare = 0.3;

}  // namespace

PackedStream::PackedStream(int width, int height, const TensorView& planes, bool has_state)
    : luma_(2 * planes.width, 2 * planes.height), seen_(width, height) {
  estimator_.configure(width, height);
  if (has_state) past_.emplace(planes.height, planes.width);
}

StateView PackedStream::prepare(const ConstFrameView& frame, const DenoiseSettings& settings,
                                const TensorView& planes, ThreadPool* pool) {
  const FormatInfo& format = format_info(frame.format);
  if (settings.noise_level < 0 && !is_subtracted_by_rows(format)) {
    const ConstFrameView seen = seen_.of(planes, pool);
    const LumaView luma{seen.data[0], seen.stride_bytes[0]};
    find_levels(seen, format, settings, pool,
                [&](double sigma) { return past_->search(luma, sigma, pool); });
  } else {
    find_levels(frame, format, settings, pool,
                [&](double sigma) { return past_->search(planes, sigma, pool); });
  }
  fill(planes, kLumaNoiseChannel, luma_noise_, pool);
  fill(planes, kChromaNoiseChannel, chroma_noise_, pool);
  return past_ ? past_->align(pool) : StateView{};
}

void PackedStream::prepare_rows(const ConstFrameView& frame, const DenoiseSettings& settings,
                                ThreadPool* pool) {
  find_levels(frame, format_info(frame.format), settings, pool,
              [&](double sigma) { return past_->search(luma_.of(frame, pool), sigma, pool); });
}

void PackedStream::fill_levels(const TensorView& rows) const {
  fill(rows, kLumaNoiseChannel, luma_noise_, nullptr);
  fill(rows, kChromaNoiseChannel, chroma_noise_, nullptr);
}

template <typename Search>
void PackedStream::find_levels(const ConstFrameView& seen, const FormatInfo& format,
                               const DenoiseSettings& settings, ThreadPool* pool,
                               const Search& search) {
  if (past_ && !settings.temporal) past_->reset();
  const NoiseGain gain = packed_noise_gain(format);
  const double strength = settings.strength;
  const double chroma_strength = strength * settings.chroma_strength;
  const bool blind = settings.noise_level < 0;

  // The search comes before the estimate, which compares along the motion: it goes by the level of
  // the frame before.
  const double known = blind ? estimator_.level() : settings.noise_level * gain.luma;
  const MotionField* motion = past_ ? search(std::max(known, 0.0) * strength) : nullptr;
  if (motion != nullptr && motion->matched < kMinMatched) {
    past_->reset();
    motion = nullptr;
  }
  if (blind) {
    const double level = estimator_.update(seen, motion, pool);
    const double part = estimator_.correlated_part();
    const double gain_of_level = 1 + (gain_of_correlation(estimator_.correlation()) - 1) * part;
    const double own_share = level > 0 ? estimator_.chroma_level() / level : 1;
    const double chroma_share = std::max(own_share, kMinChromaShare * part);
    const bool is_gray = gain.chroma == 0;
    luma_noise_ = {true, 0, gain_of_level * strength};
    chroma_noise_ = {true, 0, is_gray ? 0 : gain_of_level * chroma_share * chroma_strength};
    chroma_level_ = is_gray ? 0 : chroma_noise_.gain * level / gain.chroma;
    frame_gain_ = gain.luma + (1 - gain.luma) * part;
  } else {
    chroma_level_ = settings.noise_level * chroma_strength;
    luma_noise_ = {false, settings.noise_level * strength * gain.luma, 1};
    chroma_noise_ = {false, chroma_level_ * gain.chroma, 1};
  }
}

void PackedStream::fill(const TensorView& planes, int channel, const Level& level,
                        ThreadPool* pool) const {
  if (level.blind) {
    fill_noise_map(planes, channel, estimator_.curve(), level.gain, pool);
  } else {
    fill_noise_level(planes, channel, level.sigma_8bit);
  }
}

NoiseFloor PackedStream::noise_floor(const NoiseFloor& of_network) const noexcept {
  const double white = luma_noise_.blind ? 1 - estimator_.correlated_part() : 1;
  return {white * of_network.luma, of_network.chroma};
}

void PackedStream::keep() {
  if (past_) past_->keep();
}

void PackedStream::forget() noexcept {
  if (past_) past_->reset();
}

void PackedStream::reset() noexcept {
  estimator_.reset();
  forget();
}

}  // namespace denoiseae
