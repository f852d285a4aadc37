// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps that oneDNN does not compute, or only slowly.
#pragma once

#include <vector>

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"

namespace denoiseae {

/// out = after(before(in) + addend) over the rows of out. All of one type.
void append_combination(Draft& draft, const PlacedEpilogue& epilogue, const Band& in,
                        const Band& out);

/// Channels (2 dy + dx) C + c of position (y, x) become channel c of (2 y + dy, 2 x + dx), then the
/// epilogue. in: half the height and width, four times the channels.
void append_depth_to_space(Draft& draft, const PlacedEpilogue& epilogue, const Band& in,
                           const Band& out);

/// The second half of a transposed convolution: each position of in holds, for each tap of the
/// kernel, what it adds to the channels of one position of out.
struct Taps {
  int kernel = 1;
  int stride = 1;
  int padding = 0;
  std::vector<float> bias;
};
void append_spread(Draft& draft, const Taps& taps, const PlacedEpilogue& epilogue, const Band& in,
                   const Band& out);

/// Moves the rows of in to the place of out, of the same shape; they may overlap.
void append_move(Draft& draft, const Band& in, const Band& out);

/// The values of whole pictures in the order channels x height x width, to another shape.
void append_reshape(Draft& draft, const Band& in, const Band& out);

}  // namespace denoiseae
