// SPDX-License-Identifier: LGPL-2.1-or-later
// Warps the recurrent state, so that it lies where the blocks of the current frame are.
#pragma once

#include "layout/state_layout.h"
#include "layout/tensor_view.h"
#include "motion/motion_field.h"
#include "parallel/for_ranges.h"
#include "temporal/state_samples.h"

namespace denoiseae {

/// The channel of a state that marks unknown positions: those whose vectors lead outside the planes
/// get the value there.
struct UnknownMark {
  int channel = -1;  ///< -1 = no channel
  float value = 0;
};

/// Tells whether a channel holds luma, of the fused frames or of the picture
/// (layout/state_layout.h).
constexpr bool is_state_luma(int channel) {
  return channel < 4 || (channel >= kStatePicture && channel < kStatePicture + 4);
}

/// Writes the state, warped by the field, to out. Whole vectors displace luma samples exactly,
/// other vectors interpolate them (motion/luma_block.h). The other channels have half the size and
/// are interpolated bilinearly, which is exact where a whole vector is even. The variance is warped
/// like a picture: although interpolation averages noise, too, a state is never taken to be better
/// than it is.
///
/// state, out: tensors of the same size with kStateChannels in different memory. They may be larger
/// than half the field's frame; positions beyond the field's last blocks move with those. Samples
/// outside the planes are those of the nearest edge. pool: null for the calling thread alone.
void warp_state(const TensorView& state, const MotionField& field, const UnknownMark& unknown,
                const TensorView& out, ThreadPool* pool = nullptr);

/// Writes some rows of the warped state, the first of which is row first_row. Sample: float or
/// std::int16_t.
template <typename Sample>
void warp_state_rows(const StateSamples<Sample>& state, const MotionField& field,
                     const UnknownMark& unknown, int first_row, const TensorView& rows);

/// Applies the adjoint of warp_state: turns the gradient with respect to its out into the gradient
/// with respect to its state, and writes that to out. The marked channel of unknown positions
/// passes nothing on.
void warp_state_adjoint(const TensorView& gradient, const MotionField& field,
                        const UnknownMark& unknown, const TensorView& out);

}  // namespace denoiseae
