// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions to few channels, for which kernels/small_channel_convolution and
// kernels/dot_convolution are faster than kernels/direct_convolution.
#pragma once

#include "engine/native/convolution.h"
#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"

namespace denoiseae {

bool suits_small_channels(const Window& window, const RowBand& in, const RowBand& out);

/// Appends out = after(before(convolution of in) + addend); the activation of the convolution is
/// none. Only what suits. Where out has codes, nothing may follow before, and the scales of the
/// convolution divide by the step of out.
void append_small_channel_convolution(PlanBuilder& builder, const Convolution& convolution,
                                      const ResolvedPostOps& post_ops, const RowBand& in,
                                      const RowBand& out);

}  // namespace denoiseae
