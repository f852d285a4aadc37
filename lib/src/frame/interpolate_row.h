// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>

#include "frame/row_parts.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// Interpolates one channel of half-size planes at count samples of row y of a component, from
/// sample first on, which is even; by default the component has a sample for each pixel. The
/// interpolation is bilinear: the value of a block belongs to the middle of its 2x2 pixels, so that
/// the nearest block has the weight 3/4 along each axis on which the component is not halved. Edge
/// values repeat.
void interpolate_row(const TensorView& planes, int channel, int y, int first, int count, Part& to,
                     const Component& component = {});

}  // namespace denoiseae
