// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/denoiser.h>
#include <denoiseae/export.h>

#include "frame/pack.h"
#include "layout/noise_floor.h"
#include "layout/tensor_view.h"
#include "noise/estimation/estimate.h"

namespace denoiseae {

/// Decides what a network is told about the noise of each frame of a stream: what the user says, or
/// what is estimated. Not thread-safe but where it says so.
class DAE_API NoiseLevels {
 public:
  explicit NoiseLevels(PixelFormat format) : gain_(packed_noise_gain(format_info(format))) {}

  /// The standard deviation of a frame's luma noise as far as it is known before the frame is
  /// estimated, in code values, times the strength.
  double expected_luma_level(const DenoiseSettings& settings) const;

  /// Takes the levels from the settings.
  void take_given(const DenoiseSettings& settings);
  /// Estimates them; the arguments are those of NoiseEstimator::update.
  void estimate(const DenoiseSettings& settings, const ConstFrameView& frame,
                const LumaView& previous, const MotionField* motion, ThreadPool* pool);

  /// Fills the noise channels of packed rows, an even number of them except at the end. By any
  /// threads.
  void fill(const TensorView& rows) const;

  /// The level of the frame's colour planes that fill stands for, in 8-bit code values.
  double chroma_level() const noexcept { return chroma_level_; }
  /// The last estimate in 8-bit code values, of luma; for RGB frames that of each component, which
  /// share noise that is correlated between neighbours and no other. Negative until a frame was
  /// estimated.
  double estimated_level() const noexcept { return estimator_.level() / frame_gain_; }
  /// The noise floor of a network for the last frame. It was measured with white noise; from luma
  /// noise that neighbours share networks take too little rather than too much, so that it does not
  /// count there.
  NoiseFloor noise_floor(const NoiseFloor& of_network) const noexcept;
  void reset() noexcept { estimator_.reset(); }

 private:
  NoiseGain gain_;
  NoiseEstimator estimator_;
  bool is_given_ = false;
  // The noise channels are these times the estimated curve, or these where levels are given.
  double luma_gain_ = 0;
  double chroma_gain_ = 0;
  double frame_gain_ = 1;  ///< luma's noise in parts of that of a frame's components
  double chroma_level_ = 0;
};

}  // namespace denoiseae
