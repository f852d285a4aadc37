// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions to few channels in float32, which oneDNN takes twice as long for
// (kernels/narrow_convolution.h).
#pragma once

#include "engine/onednn/band.h"
#include "engine/onednn/draft.h"
#include "engine/onednn/primitives.h"

namespace denoiseae {

bool suits_narrow(const Convolution& convolution, const Band& in, const Band& out);

/// Appends out = convolution of in; its activation is none. Only what suits.
void append_narrow(Draft& draft, const Convolution& convolution, const Band& in, const Band& out);

}  // namespace denoiseae
