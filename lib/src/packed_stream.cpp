// SPDX-License-Identifier: LGPL-2.1-or-later
#include "packed_stream.h"

#include <algorithm>

#include "frame/pack.h"
#include "noise/noise_map.h"

namespace denoiseae {

namespace {

/// Frames of which a smaller part shows what was there before follow a cut. Of neighbouring frames
/// of clips, the moving ones included, 1 in 100 have less than 0.17; of frames of different clips,
/// 99 in 100 have less than 0.1.
constexpr double kLeastMatched = 0.1;

/// What the networks are told of noise that neighbours share is so much more than its deviation at
/// a quarter of the size: that of cameras has more low frequencies than the noise that they were
/// trained on. Tuned on real-noise/polyu.
constexpr double kCoarseGain = 1.25;

}  // namespace

PackedStream::PackedStream(int width, int height, const PlanesView& planes, bool has_past)
    : luma_(2 * planes.width, 2 * planes.height) {
  estimator_.configure(width, height);
  if (has_past) past_.emplace(planes.height, planes.width);
}

PastView PackedStream::prepare(const ConstFrameView& frame, const DenoiseSettings& settings,
                               const PlanesView& planes, Workers* workers) {
  find_levels(frame, settings, workers,
              [&](double sigma) { return past_->search(planes, sigma, workers); });
  fill(planes, kLumaNoiseChannel, luma_noise_, workers);
  fill(planes, kChromaNoiseChannel, chroma_noise_, workers);
  return past_ ? past_->align(workers) : PastView{};
}

void PackedStream::prepare_rows(const ConstFrameView& frame, const DenoiseSettings& settings,
                                Workers* workers) {
  find_levels(frame, settings, workers, [&](double sigma) {
    return past_->search(luma_.of(frame, workers), sigma, workers);
  });
}

void PackedStream::fill_levels(const PlanesView& rows) const {
  fill(rows, kLumaNoiseChannel, luma_noise_, nullptr);
  fill(rows, kChromaNoiseChannel, chroma_noise_, nullptr);
}

template <typename Search>
void PackedStream::find_levels(const ConstFrameView& frame, const DenoiseSettings& settings,
                               Workers* workers, const Search& search) {
  if (past_ && !settings.temporal) past_->reset();
  const NoiseGain gain = packed_noise_gain(format_info(frame.format));
  const double luma_gain = settings.strength * gain.luma;
  const double chroma_gain = settings.strength * settings.chroma_strength;
  const bool blind = settings.noise_level < 0;

  // The search comes before the estimate, which compares along the motion: it goes by the level of
  // the frame before.
  const double known = blind ? estimator_.level() : settings.noise_level;
  const MotionField* motion = past_ ? search(std::max(known, 0.0) * luma_gain) : nullptr;
  if (motion != nullptr && motion->matched < kLeastMatched) {
    past_->reset();
    motion = nullptr;
  }
  if (blind) {
    const double level = estimator_.update(frame, motion, workers);
    const double chroma_share = level > 0 ? estimator_.chroma_level() / level : 1;
    const double more = 1 + (kCoarseGain * estimator_.growth() - 1) * estimator_.correlated_part();
    chroma_level_ = more * level * chroma_share * chroma_gain;
    luma_noise_ = {true, 0, more * luma_gain};
    chroma_noise_ = {true, 0, more * chroma_share * chroma_gain * gain.chroma};
  } else {
    chroma_level_ = settings.noise_level * chroma_gain;
    luma_noise_ = {false, settings.noise_level * luma_gain, 1};
    chroma_noise_ = {false, chroma_level_ * gain.chroma, 1};
  }
}

void PackedStream::fill(const PlanesView& planes, int channel, const Level& level,
                        Workers* workers) const {
  if (level.blind) {
    fill_noise_map(planes, channel, estimator_.curve(), level.gain, workers);
  } else {
    fill_noise_level(planes, channel, level.sigma_8bit);
  }
}

OwnError PackedStream::own_error(const OwnError& of_network) const noexcept {
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
