// SPDX-License-Identifier: LGPL-2.1-or-later
// The next noisy frame stands in for the clean picture, where none is known.
#pragma once

#include <opencv2/core.hpp>

namespace denoiseae {

/// A noisy frame of footage, and what the denoiser makes of it. Both 8UC1, or both 8UC3 (BGR).
struct FootageFrame {
  cv::Mat noisy;
  cv::Mat denoised;
  double level = 0;  ///< the deviation of the noise, in codes, that the denoiser finds
};

/// The next frame, brought to where things are in a frame.
struct NextFrame {
  /// The noisy next frame where it matches, and the denoised frame itself elsewhere, so that
  /// nothing is learned there.
  cv::Mat target;
  /// The noise that the denoiser takes from the next frame, in the same places; 32F with the
  /// channels of the frames, 0 where nothing matches.
  cv::Mat removed;
  cv::Mat matched;  ///< 8UC1: 255 where the next frame matches, otherwise 0
};

/// Brings the next frame to where things are in this one, by dense optical flow between the
/// denoised frames (Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016). Its
/// noise is independent of this frame and of all before it, so that the mean of such targets is the
/// clean frame (Ehret et al., "Model-blind Video Denoising via Frame-to-frame Training", CVPR
/// 2019). The noisy frames do not decide what matches, which would favour some noise. Frames of one
/// size.
NextFrame next_frame(const FootageFrame& frame, const FootageFrame& next);

/// Sums the squared difference of a denoised frame from the target over all channels, where the
/// next frame matches.
double error_against(const NextFrame& next, const cv::Mat& denoised);

}  // namespace denoiseae
