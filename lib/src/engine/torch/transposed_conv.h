// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

namespace denoiseae {

/// torch::conv_transpose2d with an output padding of stride - 1 and an activation of max(y, slope
/// y); slope 1 = none. Several times as fast as LibTorch 1.13, which runs it picture by picture:
/// one matrix product for the batch, whose columns are then added up. x: N x C x H x W on the CPU;
/// weight: C x outputs x kernel x kernel; bias: outputs, float32. The result is channels last.
torch::Tensor transposed_conv(const torch::Tensor& x, const torch::Tensor& weight,
                              const torch::Tensor& bias, int stride, int padding, double slope);

}  // namespace denoiseae
