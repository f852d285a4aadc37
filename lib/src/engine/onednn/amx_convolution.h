// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions that kernels/amx_convolution computes several times as fast as oneDNN, which fills
// AMX tiles with one position at a time: 3x3, from and to at most 16 channels, in bfloat16 or in 8
// bits, which bfloat16 holds exactly.
#pragma once

#include <denoiseae/export.h>

#include "engine/onednn/plan_builder.h"
#include "engine/onednn/primitives.h"
#include "engine/onednn/quantised_loops.h"
#include "engine/onednn/row_band.h"

namespace denoiseae {

/// in: with as many channels as it has, which may be made more. Only where values that are not
/// quantised are bfloat16, and without a plane among the post_ops.
DAE_API bool suits_amx(const Window& window, const ResolvedPostOps& post_ops, const RowBand& in,
                       const RowBand& out);

/// Appends out = factor after(before(convolution of in) + addend); the activation of the
/// convolution is none. Only what suits.
DAE_API void append_amx_convolution(PlanBuilder& builder, const Convolution& convolution,
                                    const ResolvedPostOps& post_ops, float factor,
                                    const RowBand& in, const RowBand& out);

/// For a 1x1 convolution to four groups of channels that become a picture of twice the width.
DAE_API bool suits_amx_subpixel_conv(const ResolvedPostOps& post_ops, const RowBand& in,
                                     const RowBand& out);
/// Appends out = after(depth to space of the convolution + addend). Only what suits.
DAE_API void append_amx_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                                      const ResolvedPostOps& post_ops, const RowBand& in,
                                      const RowBand& out);

/// For 8-bit values.
DAE_API bool suits_quantised_amx_subpixel_conv(const RowBand& in, const RowBand& out);
/// Appends the sum of the two, quantised, which makes it not less than 0. Only what suits.
DAE_API void append_quantised_amx_subpixel_conv(PlanBuilder& builder,
                                                const Convolution& convolution, const RowBand& in,
                                                const QuantisedBand& addend,
                                                const QuantisedBand& out);

}  // namespace denoiseae
