// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include "engine/torch/sum_exchange.h"
#include "net/node.h"

namespace denoiseae {

inline constexpr double kBatchNormMomentum = 0.1;

/// torch::batch_norm in training, several times as fast for small pictures, and over a batch that
/// threads share: statistics of the whole batch; part 0 updates the running ones. x: N x C x H x W
/// on the CPU, float32 or bfloat16; weight, bias and statistics float32. The result is laid out
/// channels last.
torch::Tensor batch_norm_train(const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias, torch::Tensor running_mean,
                               torch::Tensor running_variance, BatchPart part);

}  // namespace denoiseae
