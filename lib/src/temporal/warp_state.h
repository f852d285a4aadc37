// SPDX-License-Identifier: LGPL-2.1-or-later
// The past as it would lie if it had moved along with the blocks of the current frame.
#pragma once

#include <denoiseae/export.h>

#include "layout/state_layout.h"
#include "layout/tensor_view.h"
#include "motion/motion_field.h"
#include "parallel/for_ranges.h"
#include "temporal/state_samples.h"

namespace denoiseae {

/// One channel of the past that marks what the past does not know: positions whose vectors lead
/// outside the planes carry value there.
struct UnknownMark {
  int channel = -1;  ///< none
  float value = 0;
};

/// Whether a channel holds a luma sample of each 2x2 block, as in planes.h: of the fused planes or
/// of the picture.
constexpr bool is_state_luma(int channel) {
  return channel < 4 || (channel >= kStatePicture && channel < kStatePicture + 4);
}

/// Writes out = past warped by the field. Whole vectors displace luma samples exactly, others
/// interpolate them (luma_block.h). Other channels are at half size, and bilinear between their
/// positions: exact where a whole vector is even. The variance stays that of what is warped,
/// though interpolation averages: the past is never said to be better than it is.
///
/// past and out: same size, kStateChannels, different memory. They may be larger than half the
/// field's frame: positions beyond the field's last blocks move with those. Samples from outside
/// the planes are those of the nearest edge. pool: null for the calling thread alone.
DAE_API void warp_state(const TensorView& state, const MotionField& field,
                        const UnknownMark& unknown, const TensorView& out,
                        ThreadPool* pool = nullptr);

/// The same for some rows of out, the first of which is row first_row. Sample: of StateSamples.
template <typename Sample>
void warp_state_rows(const StateSamples<Sample>& state, const MotionField& field,
                     const UnknownMark& unknown, int first_row, const TensorView& rows);

/// Writes the gradient with respect to past of what has the given gradient with respect to
/// warp_state's out: its adjoint. Where a position is unknown, the marked channel passes nothing
/// on.
DAE_API void warp_state_adjoint(const TensorView& gradient, const MotionField& field,
                                const UnknownMark& unknown, const TensorView& out);

}  // namespace denoiseae
