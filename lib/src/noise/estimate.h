// SPDX-License-Identifier: LGPL-2.1-or-later
// How noisy a stream is, from its frames alone.
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>

namespace denoiseae {

/// Standard deviation of the noise in 8-bit code values, from the luma (or the first component's
/// place in a weighted luma for RGB) of one frame. Needs no allocation that grows with the frame.
/// Frames smaller than 8x8 pixels give 0.
DAE_API double estimate_noise_level(const ConstFrameView& frame);

/// The same for a stream: smooths the estimates of its frames in time.
class DAE_API NoiseEstimator {
 public:
  /// Takes one frame, returns the smoothed estimate.
  double update(const ConstFrameView& frame);
  /// The last result of update; negative before the first.
  double level() const noexcept { return level_; }
  void reset() noexcept { level_ = -1; }

 private:
  double level_ = -1;
};

}  // namespace denoiseae
