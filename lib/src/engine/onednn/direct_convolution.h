// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions that kernels/direct_convolution computes, row by row and with all that follows them.
#pragma once

#include <denoiseae/export.h>

#include "engine/onednn/plan_builder.h"
#include "engine/onednn/primitives.h"
#include "engine/onednn/quantised_loops.h"
#include "engine/onednn/row_band.h"

namespace denoiseae {

/// Whether this CPU has fast kernels for these types. in: with the type that the kernel reads.
DAE_API bool suits_direct(const Window& window, const ResolvedPostOps& post_ops, const RowBand& in);

/// Appends out = factor after(before(convolution of in) + addend); the activation of the
/// convolution is none. Only what suits.
DAE_API void append_direct_convolution(PlanBuilder& builder, const Convolution& convolution,
                                       const ResolvedPostOps& post_ops, float factor,
                                       const RowBand& in, const RowBand& out);

/// For a 1x1 convolution to four groups of channels that become a picture of twice the width.
DAE_API bool suits_direct_subpixel_conv(const ResolvedPostOps& post_ops, const RowBand& in);
/// Appends out = after(depth to space of the convolution + addend). Only what suits.
DAE_API void append_direct_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                                         const ResolvedPostOps& post_ops, const RowBand& in,
                                         const RowBand& out);
/// Appends the sum of the convolution and the addend, quantised, which makes it not less than 0.
DAE_API void append_quantised_direct_subpixel_conv(PlanBuilder& builder,
                                                   const Convolution& convolution,
                                                   const RowBand& in, const QuantisedBand& addend,
                                                   const QuantisedBand& out);

}  // namespace denoiseae
