// SPDX-License-Identifier: LGPL-2.1-or-later
// The calls that are not convolutions.
#pragma once

#include <vector>

#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"

namespace denoiseae {

/// out = after(before(in) + addend) over the rows of out. All of one type.
void append_eltwise(PlanBuilder& builder, const ResolvedPostOps& post_ops, const RowBand& in,
                    const RowBand& out);

/// Copies the rows of out, converting the values. Codes stand for whole numbers; nothing becomes a
/// code, and only floats become Fixed16.
void append_conversion(PlanBuilder& builder, const RowBand& in, const RowBand& out);

/// The kernel of a transposed convolution.
struct SpreadKernel {
  int size = 1;
  int stride = 1;
  int padding = 0;
  std::vector<float> bias;
};
/// The second half of a transposed convolution: for each tap of the kernel, each position of in
/// holds what it adds to the channels of one position of out.
void append_spread(PlanBuilder& builder, const SpreadKernel& kernel,
                   const ResolvedPostOps& post_ops, const RowBand& in, const RowBand& out);

/// Moves the rows of in to the buffer of out, of the same shape; they may overlap.
void append_move(PlanBuilder& builder, const RowBand& in, const RowBand& out);

/// The values of whole pictures in the order channels x height x width, to another shape.
void append_reshape(PlanBuilder& builder, const RowBand& in, const RowBand& out);

}  // namespace denoiseae
