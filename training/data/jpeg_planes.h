// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "layout/tensor_view.h"

namespace denoiseae {

/// Compresses a packed frame lightly. Its channels 0 ... 5 must be codes of 8 bits; each plane
/// becomes a gray JPEG picture and comes back. quality: 1 ... 100. gray: chroma stays unchanged.
void compress(const TensorView& planes, int quality, bool gray);

}  // namespace denoiseae
