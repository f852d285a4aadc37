// SPDX-License-Identifier: LGPL-2.1-or-later
// How noisy a stream is, from its frames alone.
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <algorithm>
#include <cstdint>

#include "layout/luma_view.h"
#include "motion/motion_field.h"
#include "noise/estimation/noise_curve.h"

namespace denoiseae {

/// Standard deviation of the noise in 8-bit code values, from one frame: of the luma of gray and
/// YUV frames, of the green component of RGB frames. Allocates nothing. Frames smaller than 18x18
/// pixels give 0. Deeper samples are rounded to 8 bits first, which adds 0.04 to a level of 1;
/// levels below 0.5 cannot be told apart.
///
/// Noise may be correlated over two pixels or so, as that of cameras is. Limits: fine texture that
/// covers the whole picture reads as noise; noise that was blurred further, or compressed until
/// nothing is left of it in flat regions, reads as less than it is.
DAE_API double estimate_noise_level(const ConstFrameView& frame);

/// The same on one component of the frame. pool, also below: null for the calling thread alone;
/// they do not change the result.
double estimate_noise_level(const ConstFrameView& frame, int component, ThreadPool* pool = nullptr);

struct DAE_API NoiseMeasurement {
  double variance = 0;  ///< of white noise with the same high frequencies, in 8-bit codes squared
  double correlation = 1;   ///< variance at half the size, in parts of white noise's; 1 = white
  double halved_level = 0;  ///< of white noise like it at half the size, mean over brightness

  double level() const;
};

/// What estimate_noise_level is the level of.
DAE_API NoiseMeasurement measure_noise(const ConstFrameView& frame, int component,
                                       ThreadPool* pool = nullptr);

/// The component that noise is estimated on.
DAE_API int noise_component(PixelFormat format);

/// Estimates the noise of a stream. Where nothing moves, the difference of two frames is noise
/// alone, whatever the texture; from the second frame on that replaces the estimate from one frame,
/// until a cut or until nothing has stood still for long. Identical frames say nothing and change
/// little. Not thread-safe. Allocates nothing.
class DAE_API NoiseEstimator {
 public:
  /// Takes one frame, returns level(). previous: the luma of the frame before, rounded to 8 bits
  /// and of the same size; none for the first frame. The first estimate after construction, reset
  /// or a cut is taken as it is, later ones are smoothed. motion: where the blocks of frame stood
  /// in the frame before; without it only what does not move is compared. pool does not change the
  /// result.
  double update(const ConstFrameView& frame, const LumaView& previous,
                const MotionField* motion = nullptr, ThreadPool* pool = nullptr);
  /// Standard deviation in 8-bit code values: the root mean square over the last frame. Negative
  /// before the first update.
  double level() const noexcept { return level_; }
  /// The level by intensity. Constant as long as there is only the estimate from single frames.
  const NoiseCurve& curve() const noexcept { return curve_; }
  /// The part of the last frames, 0 to 1, in which neighbours shared the luma noise, as that of
  /// cameras.
  double correlated_part() const noexcept { return std::max(correlated_part_, 0.0); }
  /// Of such noise, as in NoiseMeasurement, smoothed; 1 where few frames have it.
  double correlation() const noexcept { return correlated_frames_ >= 0.5 ? correlation_ : 1; }
  /// Of the colour planes of YUV frames, from single frames, smoothed; of other formats level().
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
  double correlated_frames_ = -1;  ///< smoothed part of single frames
  double correlation_ = -1;        ///< of these, smoothed, as in NoiseMeasurement
  int frames_of_correlation_ = 0;
  double correlated_part_ = -1;  ///< smoothed
  double chroma_ = -1;
  int next_chroma_ = 1;       ///< the component to measure, U and V in turn
  NoiseHistogram temporal_;   ///< smoothed estimates from differences
  int frames_of_motion_ = 0;  ///< since something stood still
  NoiseCurve curve_;
  double level_ = -1;
};

}  // namespace denoiseae
