// SPDX-License-Identifier: LGPL-2.1-or-later
// Luma between the pixels: six taps along each axis, the sinc function under Lanczos's window
// (Duchon, Journal of Applied Meteorology 18(8), 1979). It predicts frames of clips as well as
// cubic interpolation does, and a mean that is warped in every frame, ten times in a row, loses
// half as much detail.
#pragma once

#include <array>

#include "kernels/interpolate/interpolate.h"
#include "layout/tensor_view.h"
#include "motion/motion_field.h"
#include "temporal/state_samples.h"

namespace denoiseae {

/// So many taps before the pixel whose fraction is warped.
inline constexpr int kTapsBefore = 2;

/// Weights by quarters of a pixel; each row sums to 1.
inline constexpr std::array<std::array<float, kTaps>, MotionVector::kFractions> kInterpolation = {{
    {0, 0, 1, 0, 0, 0},
    {0.030112285f, -0.133274636f, 0.892770774f, 0.271010568f, -0.067997263f, 0.007378272f},
    {0.024456522f, -0.135869565f, 0.611413043f, 0.611413043f, -0.135869565f, 0.024456522f},
    {0.007378272f, -0.067997263f, 0.271010568f, 0.892770774f, -0.133274636f, 0.030112285f},
}};

/// Positions of packed planes that have one vector: at most kSize along each axis.
struct LumaBlock {
  static constexpr int kSize = MotionField::kBlock / 2;

  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  MotionVector vector;
};

/// Writes the luma samples of a block from the warped luma of past, of its fused planes and of
/// its picture. out: the first position of the block, in planes as wide as past. Samples from
/// outside the planes are those of the nearest edge. Sample: of StateSamples.
template <typename Sample>
void warp_luma(const StateSamples<Sample>& state, const LumaBlock& block, float* out);

/// Adds to out what warp_luma's adjoint makes of a block of gradient, channels first ... first
/// + 3.
void warp_luma_adjoint(const TensorView& gradient, int first, const LumaBlock& block,
                       const TensorView& out);

}  // namespace denoiseae
