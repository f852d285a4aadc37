// SPDX-License-Identifier: LGPL-2.1-or-later
// The past as it would lie if it had moved along with the blocks of the current frame.
#pragma once

#include <denoiseae/export.h>

#include "planes.h"
#include "temporal/motion_field.h"
#include "temporal/past_planes.h"
#include "workers.h"

namespace denoiseae {

/// One channel of the past that marks what the past does not know: positions whose vectors lead
/// outside the planes carry value there.
struct UnknownMark {
  int channel = -1;  ///< none
  float value = 0;
};

/// Whether a channel holds a luma sample of each 2x2 block, as in planes.h: of the fused planes or
/// of the picture.
constexpr bool is_past_luma(int channel) {
  return channel < 4 || (channel >= kPastPicture && channel < kPastPicture + 4);
}

/// Writes out = past displaced by the field. Whole vectors displace luma samples exactly, others
/// interpolate them (luma_tile.h). Other channels are at half size, and bilinear between their
/// positions: exact where a whole vector is even. The variance stays that of what is displaced,
/// though interpolation averages: the past is never said to be better than it is.
///
/// past and out: same size, kPastChannels, different memory. They may be larger than half the
/// field's frame: positions beyond the field's last blocks move with those. Samples from outside
/// the planes are those of the nearest edge. workers: null for the calling thread alone.
DAE_API void align_past(const PlanesView& past, const MotionField& field,
                        const UnknownMark& unknown, const PlanesView& out,
                        Workers* workers = nullptr);

/// The same for some rows of out, the first of which is row first_row. Sample: of PastPlanes.
template <typename Sample>
void align_past_rows(const PastPlanes<Sample>& past, const MotionField& field,
                     const UnknownMark& unknown, int first_row, const PlanesView& rows);

/// Writes the gradient with respect to past of what has the given gradient with respect to
/// align_past's out: its adjoint. Where a position is unknown, the marked channel passes nothing
/// on.
DAE_API void align_past_adjoint(const PlanesView& gradient, const MotionField& field,
                                const UnknownMark& unknown, const PlanesView& out);

}  // namespace denoiseae
