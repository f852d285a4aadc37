// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells whether the noise of footage is new in each frame.
#pragma once

#include "adapt/next_frame.h"

namespace denoiseae {

/// Sums what the denoiser removes from a frame and from the next one, where nothing but noise is to
/// be removed.
class NoiseCorrelation {
 public:
  /// next: the frame that follows, brought to this one by next_frame.
  void add(const FootageFrame& frame, const NextFrame& next);

  /// Returns the correlation, -1 ... 1, of the noise of frames that follow each other; 0 before
  /// there is any. It is at most about 0 where each frame has noise of its own. Noise that moves
  /// with things, or stays in its place while they stay, comes near 1: that of cameras which
  /// denoise by themselves, of encoders that repeat what they showed, and fixed patterns.
  double value() const;

 private:
  double product_ = 0;
  double square_ = 0;
  double next_square_ = 0;
};

}  // namespace denoiseae
