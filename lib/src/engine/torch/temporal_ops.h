// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations of graphs with a past (net/graph.h gives their formulas), differentiable by past,
// gate and residual; the frame is data. N x C x H x W; frame and past float32, gate and residual
// float32 or bfloat16. On the CPU in one pass each, elsewhere those of composed_temporal_ops.h.
#pragma once

#include <torch/types.h>

namespace denoiseae {

/// type: of the result, float32 or bfloat16.
torch::Tensor change_features(const torch::Tensor& frame, const torch::Tensor& state,
                              torch::ScalarType type);
torch::Tensor temporal_update(const torch::Tensor& frame, const torch::Tensor& state,
                              const torch::Tensor& gate);
/// type: of the result, float32 or bfloat16.
torch::Tensor spatial_input(const torch::Tensor& frame, const torch::Tensor& state,
                            torch::ScalarType type);
torch::Tensor add_innovation(const torch::Tensor& frame, const torch::Tensor& state,
                             const torch::Tensor& residual);
torch::Tensor update_state(const torch::Tensor& state, const torch::Tensor& residual);

}  // namespace denoiseae
