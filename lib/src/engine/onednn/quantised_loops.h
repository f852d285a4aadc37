// SPDX-License-Identifier: LGPL-2.1-or-later
// The calls of int8 networks that oneDNN does not compute, or only slowly.
#pragma once

#include <denoiseae/export.h>

#include "engine/onednn/plan_builder.h"
#include "engine/onednn/row_band.h"
#include "kernels/quantise/quantise.h"

namespace denoiseae {

/// Quantises the rows of out: rounds in, float32, to whole multiples of scale in out, u8.
DAE_API void append_quantisation(PlanBuilder& builder, const RowBand& in, float scale,
                                 const RowBand& out);

/// A band of u8 and the value of one step.
struct QuantisedBand {
  RowBand band;
  float scale = 1;
};

/// The factors of a sum of exact values and addend, in steps of out.
inline SumFactors factors_of(const QuantisedBand& addend, const QuantisedBand& out) {
  return {1 / out.scale, addend.scale / out.scale};
}

/// Appends out = max(depth to space of in + addend, 0) for the rows of out. in: float32, as
/// append_depth_to_space takes it. addend: at least the rows of out.
DAE_API void append_quantised_sum(PlanBuilder& builder, const RowBand& in,
                                  const QuantisedBand& addend, const QuantisedBand& out);

}  // namespace denoiseae
