// SPDX-License-Identifier: LGPL-2.1-or-later
// The calls of int8 networks that oneDNN does not compute, or only slowly.
#pragma once

#include "engine/onednn/plan_builder.h"
#include "engine/onednn/row_band.h"
#include "kernels/quantise/quantise.h"

namespace denoiseae {

/// Rounds in, float32, to whole multiples of scale in out, u8. RowRange of out.
void append_quantisation(PlanBuilder& builder, const RowBand& in, float scale, const RowBand& out);

/// A band of u8 and what one step stands for.
struct QuantisedBand {
  RowBand band;
  float scale = 1;
};

/// Of a sum of values and addend, in calls of out.
inline SumFactors factors_of(const QuantisedBand& addend, const QuantisedBand& out) {
  return {1 / out.scale, addend.scale / out.scale};
}

/// Depth to space of in, float32, as append_depth_to_space has it, plus addend, not less than 0.
/// RowRange of out; addend may have more.
void append_quantised_sum(PlanBuilder& builder, const RowBand& in, const QuantisedBand& addend,
                          const QuantisedBand& out);

}  // namespace denoiseae
