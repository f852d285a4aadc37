// SPDX-License-Identifier: LGPL-2.1-or-later
// How noisy a stream is, from its frames alone.
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>

namespace denoiseae {

/// Standard deviation of the noise in 8-bit code values, from one frame: of the luma of gray and
/// YUV frames, of the green component of RGB frames. Allocates nothing. Frames smaller than 18x18
/// pixels give 0.
///
/// Expects noise that is independent from pixel to pixel. Limits: fine texture that covers the
/// whole picture reads as noise; noise that was blurred or compressed reads as less than it is.
DAE_API double estimate_noise_level(const ConstFrameView& frame);

/// The same for a stream: smooths the estimates of its frames in time.
class DAE_API NoiseEstimator {
 public:
  /// Takes one frame, returns the smoothed estimate; the first one after construction or reset is
  /// taken as it is.
  double update(const ConstFrameView& frame);
  /// The last result of update; negative before the first.
  double level() const noexcept { return level_; }
  void reset() noexcept { level_ = -1; }

 private:
  double level_ = -1;
};

}  // namespace denoiseae
