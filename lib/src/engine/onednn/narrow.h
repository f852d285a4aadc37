// SPDX-License-Identifier: LGPL-2.1-or-later
// 3x3 convolutions to few channels, which oneDNN takes twice as long for
// (kernels/narrow_convolution.h, kernels/narrow_dot.h).
#pragma once

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"
#include "engine/onednn/primitives.h"

namespace denoiseae {

bool suits_narrow(const Convolution& convolution, const Band& in, const Band& out);

/// Appends out = after(before(convolution of in) + addend); the activation of the convolution is
/// none. Only what suits.
void append_narrow(Draft& draft, const Convolution& convolution, const PlacedEpilogue& epilogue,
                   const Band& in, const Band& out);

}  // namespace denoiseae
