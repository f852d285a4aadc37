// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>

#include <vector>

#include "frame/pack.h"
#include "layout/noise_floor.h"
#include "layout/tensor_view.h"
#include "noise/estimation/estimate.h"
#include "noise/estimation/noise_map_state.h"

namespace denoiseae {

/// Decides which noise levels a network is told for each frame of a stream: the level that the user
/// gives, or the estimate. Not thread-safe, except the functions that say so.
class NoiseLevels {
 public:
  explicit NoiseLevels(PixelFormat format) : gain_(packed_noise_gain(format_info(format))) {}

  /// Returns the standard deviation of a frame's luma noise in code values, times the strength, as
  /// far as it is known before the frame is estimated.
  double expected_luma_level(const DenoiseSettings& settings) const;

  /// Takes the levels from the settings.
  void take_given(const DenoiseSettings& settings);
  /// Takes the levels of a frame from a noise map, which must outlive the frame.
  void take_map(const DenoiseSettings& settings, const NoiseMapState& map);
  /// Estimates the level of a frame by its flat parts, below which its map counts as this level.
  /// For frames with nothing known before them: a map that cannot compare frames takes weak noise
  /// of cameras for detail.
  void raise_to_estimate(const ConstFrameView& frame, ThreadPool* pool);
  /// Estimates the levels on a frame. The arguments are those of NoiseEstimator::update.
  void estimate(const DenoiseSettings& settings, const ConstFrameView& frame,
                const LumaView& previous, const MotionField* motion, ThreadPool* pool);

  /// Fills the noise channels of packed rows, of which there is an even number except at the end.
  /// Any threads may call it.
  void fill(int first_row, const TensorView& rows) const;

  /// Returns the level of the frame's colour planes from which fill takes its own, in 8-bit code
  /// values.
  double chroma_level() const noexcept { return chroma_level_; }
  /// Returns the last estimate in 8-bit code values, or a negative number until a frame was
  /// estimated. It is the level of luma, or of each component of RGB frames. Noise that is
  /// correlated between neighbours is taken to be common to these components, other noise to be
  /// independent.
  double estimated_level() const noexcept { return packed_level() / frame_gain_; }
  /// Returns the noise floor of a network for the last frame. It was measured with white noise. It
  /// does not count where luma noise is correlated between neighbours: of such noise networks
  /// remove too little rather than too much.
  NoiseFloor noise_floor(const NoiseFloor& of_network) const noexcept;
  /// These return bounds of the levels that fill writes for this frame, of luma and of all planes,
  /// in codes.
  double highest_luma_level() const noexcept;
  double highest_level() const noexcept;
  /// Returns the map that the levels of the last frame were taken from; null where they were not.
  const BlockLevels* map() const noexcept { return map_; }
  /// Goes on with the estimate of another stream of the same format.
  void take_past(const NoiseLevels& from) noexcept {
    estimator_ = from.estimator_;
    map_level_ = from.map_level_;
    frame_gain_ = from.frame_gain_;
    map_ = nullptr;
  }
  void reset() noexcept {
    estimator_.reset();
    map_level_ = -1;
    map_ = nullptr;
  }

 private:
  /// How networks are told the estimate: as gain times its level, and chroma as a share of that.
  struct ToldEstimate {
    double gain;
    double chroma_share;
  };
  ToldEstimate told_estimate(double level) const;
  /// Returns a bound of gain times the estimated curve, or times these levels of the map.
  double highest_level(double gain, double floor,
                       std::vector<float> BlockLevels::*of_map) const noexcept;
  /// Returns the last estimate of luma in packed planes; negative: there is none.
  double packed_level() const noexcept { return map_level_ >= 0 ? map_level_ : estimator_.level(); }

  NoiseGain gain_;
  NoiseEstimator estimator_;
  bool is_given_ = false;
  const BlockLevels* map_ = nullptr;  ///< null where the levels are given or estimated
  double luma_floor_ = 0;             ///< levels of the map below this are raised to it, in codes
  double chroma_floor_ = 0;           ///< levels of chroma are raised to this
  double map_level_ = -1;             ///< the level of luma; negative: no map was taken
  // The noise channels are these factors times the estimated curve, or these alone where levels are
  // given.
  double luma_gain_ = 0;
  double chroma_gain_ = 0;
  double frame_gain_ = 1;  ///< the noise of luma divided by that of the frame's components
  double chroma_level_ = 0;
};

}  // namespace denoiseae
