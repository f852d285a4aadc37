// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions that kernels/tile_convolution.h computes several times as fast as oneDNN, which
// fills tiles with one position at a time: 3x3, from and to at most 16 channels, in bfloat16 or in
// 8 bits, which bfloat16 holds exactly.
#pragma once

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"
#include "engine/onednn/primitives.h"
#include "engine/onednn/rounded_loops.h"

namespace denoiseae {

/// in: with as many channels as it has, which may be made more. Only where values that are not
/// rounded are bfloat16.
bool suits_tiles(const Convolution& convolution, const PlacedEpilogue& epilogue, const Band& in,
                 const Band& out);

/// Appends out = factor after(before(convolution of in) + addend); the activation of the
/// convolution is none. Only what suits.
void append_on_tiles(Draft& draft, const Convolution& convolution, const PlacedEpilogue& epilogue,
                     float factor, const Band& in, const Band& out);

/// The same for a 1x1 convolution to four groups of channels that become a picture of twice the
/// width: out = after(depth to space of the convolution + addend).
bool suits_tile_upconv(const PlacedEpilogue& epilogue, const Band& in, const Band& out);
void append_upconv_on_tiles(Draft& draft, const Convolution& convolution,
                            const PlacedEpilogue& epilogue, const Band& in, const Band& out);

/// The same of 8-bit values: rounded, and not less than 0.
bool suits_rounded_tile_upconv(const Band& in, const Band& out);
void append_rounded_upconv_on_tiles(Draft& draft, const Convolution& convolution, const Band& in,
                                    const RoundedBand& addend, const RoundedBand& out);

}  // namespace denoiseae
