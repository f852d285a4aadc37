// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "layout/tensor_view.h"

namespace denoiseae {

/// What light compression leaves of a packed frame whose channels 0 ... 5 are codes of 8 bit: each
/// plane becomes a gray JPEG picture and comes back. quality: 1 ... 100. gray: chroma stays as it
/// is.
void compress(const TensorView& planes, int quality, bool gray);

}  // namespace denoiseae
