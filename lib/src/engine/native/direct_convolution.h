// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions that kernels/direct_convolution computes, row by row and with all that follows them.
#pragma once

#include <vector>

#include "engine/native/convolution.h"
#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"

namespace denoiseae {

/// Whether matrix tiles compute the convolution.
bool runs_on_tiles(const Window& window, const RowBand& in, const RowBand& out);

/// The factors of the values of a convolution and of its addend.
struct DirectFactors {
  float result = 1;  ///< factor of after(before(convolution) + addend)
  float addend = 1;  ///< factor of the addend
};

/// Appends out = result after(before(convolution of in) + addend). factors: for each set of scales.
/// in has whole words (inputs_of_word) for each position.
void append_direct_convolution(PlanBuilder& builder, const Convolution& convolution,
                               const ResolvedPostOps& post_ops,
                               const std::vector<DirectFactors>& factors, const RowBand& in,
                               const RowBand& out);

/// Appends the same for a 1x1 convolution to four groups of channels, which become a picture of
/// twice the width and height: channels (2 dy + dx) C + c of position (y, x) are channel c of
/// (2 y + dy, 2 x + dx).
void append_direct_subpixel_conv(PlanBuilder& builder, const Convolution& convolution,
                                 const ResolvedPostOps& post_ops,
                                 const std::vector<DirectFactors>& factors, const RowBand& in,
                                 const RowBand& out);

}  // namespace denoiseae
