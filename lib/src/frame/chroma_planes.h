// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "layout/tensor_view.h"

namespace denoiseae {

/// The chroma of packed planes as two tensors of one channel, whose values lie side by side.
struct ChromaPlanes {
  TensorView u;
  TensorView v;
};

}  // namespace denoiseae
