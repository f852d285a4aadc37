// SPDX-License-Identifier: LGPL-2.1-or-later
// The steps of int8 networks that oneDNN does not compute, or only slowly.
#pragma once

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"
#include "kernels/round.h"

namespace denoiseae {

/// Rounds in, float32, to whole multiples of scale in out, u8. Rows of out.
void append_rounding(Draft& draft, const Band& in, float scale, const Band& out);

/// A band of u8 and what one step stands for.
struct RoundedBand {
  Band band;
  float scale = 1;
};

/// Of a sum of values and addend, in steps of out.
inline SumFactors factors_of(const RoundedBand& addend, const RoundedBand& out) {
  return {1 / out.scale, addend.scale / out.scale};
}

/// Depth to space of in, float32, as append_depth_to_space has it, plus addend, not less than 0.
/// Rows of out; addend may have more.
void append_rounded_sum(Draft& draft, const Band& in, const RoundedBand& addend,
                        const RoundedBand& out);

}  // namespace denoiseae
