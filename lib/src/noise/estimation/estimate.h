// SPDX-License-Identifier: LGPL-2.1-or-later
// Estimates how noisy a stream is, from its frames alone.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <algorithm>
#include <cstdint>

#include "layout/luma_view.h"
#include "motion/motion_field.h"
#include "noise/estimation/noise_curve.h"

namespace denoiseae {

/// Estimates the standard deviation of the noise in 8-bit code values from one frame. It is
/// measured on the luma of gray and YUV frames, and on the green component of RGB frames. Allocates
/// nothing. Frames smaller than 18x18 pixels give 0. Deeper samples are rounded to 8 bits first.
/// This adds 0.04 to a level of 1, and levels below 0.5 cannot be distinguished.
///
/// The noise may be correlated over two pixels or so, as that of cameras is. The estimate has
/// limits. It takes fine texture that covers the whole picture for noise. It is too low for noise
/// that was blurred further, or compressed until nothing is left of it in flat regions.
double estimate_noise_level(const ConstFrameView& frame);

/// Estimates it on one component of the frame. pool, here and below: null for the calling thread
/// alone. The number of threads does not change the result.
double estimate_noise_level(const ConstFrameView& frame, int component, ThreadPool* pool = nullptr);

struct NoiseMeasurement {
  /// Variance of the white noise that has the same high frequencies, in squared 8-bit codes.
  double variance = 0;
  /// Variance at half the size, divided by that of this white noise. It is 1 for white noise.
  double correlation = 1;
  /// Level of the white noise that is as strong at half the size, as a mean over brightness.
  double halved_level = 0;

  double level() const;
};

/// Measures the noise of one component; its level is the result of estimate_noise_level.
NoiseMeasurement measure_noise(const ConstFrameView& frame, int component,
                               ThreadPool* pool = nullptr);

/// Returns the component on which noise is estimated.
int noise_component(PixelFormat format);

/// Estimates the noise of a stream. Where nothing moves, the difference of two frames is noise
/// alone, whatever the texture is. From the second frame on, these differences replace the estimate
/// from one frame, until a cut or until nothing has stood still for long. Identical frames say
/// nothing and change little. Not thread-safe. Allocates nothing.
class NoiseEstimator {
 public:
  /// Takes one frame and returns level(). The first estimate after construction, reset or a cut is
  /// taken as it is; later ones are smoothed. previous: the luma of the frame before, rounded to 8
  /// bits and of the same size; empty for the first frame. motion: where the blocks of the frame
  /// were in the frame before; without it, only blocks that do not move are compared.
  double update(const ConstFrameView& frame, const LumaView& previous,
                const MotionField* motion = nullptr, ThreadPool* pool = nullptr);
  /// Returns the standard deviation of the noise in 8-bit code values, the root mean square over
  /// the last frame. It is negative before the first update.
  double level() const noexcept { return level_; }
  /// Returns the level by intensity. It is constant as long as there is only the estimate from
  /// single frames.
  const NoiseCurve& curve() const noexcept { return curve_; }
  /// Returns the share of the last frames, from 0 to 1, in which the luma noise was correlated, as
  /// that of cameras is.
  double correlated_part() const noexcept { return std::max(correlated_part_, 0.0); }
  /// Returns the smoothed correlation of such noise, as in NoiseMeasurement. It is 1 if few frames
  /// have such noise.
  double correlation() const noexcept { return correlated_frames_ >= 0.5 ? correlation_ : 1; }
  /// Returns the level of the chroma planes of YUV frames, which is estimated from single frames
  /// and smoothed. For other formats it returns level().
  double chroma_level() const noexcept { return chroma_ < 0 ? level_ : chroma_; }
  void reset() noexcept;

 private:
  class Comparison;

  void update_luma(const ConstFrameView& frame, const LumaView& previous, const MotionField* motion,
                   ThreadPool* pool);
  void update_from_single_frame(const ConstFrameView& frame, ThreadPool* pool);
  void update_correlation(const ConstFrameView& frame, ThreadPool* pool);
  void update_chroma(const ConstFrameView& frame, ThreadPool* pool);
  void take_correlation(const NoiseMeasurement& noise);

  double spatial_ = -1;            ///< smoothed estimate from single frames
  double correlated_frames_ = -1;  ///< smoothed share of single frames with correlated noise
  double correlation_ = -1;        ///< their smoothed correlation, as in NoiseMeasurement
  int frames_of_correlation_ = 0;  ///< counts frames, of which every k-th is measured
  double correlated_part_ = -1;    ///< smoothed
  double chroma_ = -1;
  int next_chroma_ = 1;       ///< the component to measure next, U and V in turn
  NoiseHistogram temporal_;   ///< smoothed estimates from differences of frames
  int frames_of_motion_ = 0;  ///< frames since something stood still
  NoiseCurve curve_;
  double level_ = -1;
};

}  // namespace denoiseae
