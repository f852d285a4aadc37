// SPDX-License-Identifier: LGPL-2.1-or-later
// Interpolates luma between the pixels with six taps along each axis: the sinc function under
// Lanczos's window (Duchon, Journal of Applied Meteorology 18(8), 1979). It predicts the frames of
// clips as well as cubic interpolation does. A mean that is warped in ten frames in a row loses
// half as much detail with it.
#pragma once

#include <array>

#include "kernels/interpolate/interpolate.h"
#include "layout/tensor_view.h"
#include "motion/motion_field.h"
#include "temporal/state_samples.h"

namespace denoiseae {

/// Number of taps to the left of the pixel, or above it, from which a fraction is counted.
inline constexpr int kTapsBefore = 2;

/// The weights of the taps for each quarter of a pixel. The weights of a row sum to 1.
inline constexpr std::array<std::array<float, kTaps>, MotionVector::kFractions> kInterpolation = {{
    {0, 0, 1, 0, 0, 0},
    {0.030112285f, -0.133274636f, 0.892770774f, 0.271010568f, -0.067997263f, 0.007378272f},
    {0.024456522f, -0.135869565f, 0.611413043f, 0.611413043f, -0.135869565f, 0.024456522f},
    {0.007378272f, -0.067997263f, 0.271010568f, 0.892770774f, -0.133274636f, 0.030112285f},
}};

/// A block of positions of a packed tensor that share a vector, at most kSize along each axis.
struct LumaBlock {
  static constexpr int kSize = MotionField::kBlock / 2;

  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  MotionVector vector;
};

/// Warps the luma of a block of the recurrent state: that of the fused frames and that of the last
/// denoised picture. out: the first position of the block, in a tensor as wide as state. Samples
/// outside the state repeat the nearest edge. Sample: float or std::int16_t, as in StateSamples.
template <typename Sample>
void warp_luma(const StateSamples<Sample>& state, const LumaBlock& block, float* out);

/// Applies the adjoint of warp_luma to a block of the gradient and adds the result to out, in the
/// channels first ... first + 3.
void warp_luma_adjoint(const TensorView& gradient, int first, const LumaBlock& block,
                       const TensorView& out);

}  // namespace denoiseae
