// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations of graphs with a past (net/graph.h gives their formulas), differentiable. frame,
// past and results: float32, N x C x H x W.
#pragma once

#include <denoiseae/export.h>
#include <torch/types.h>

namespace denoiseae {

torch::Tensor motion_evidence(const torch::Tensor& frame, const torch::Tensor& past);
DAE_API torch::Tensor temporal_update(const torch::Tensor& frame, const torch::Tensor& past,
                                      const torch::Tensor& gate);
torch::Tensor spatial_input(const torch::Tensor& frame, const torch::Tensor& past);
torch::Tensor add_innovation(const torch::Tensor& frame, const torch::Tensor& past,
                             const torch::Tensor& residual);
torch::Tensor remember(const torch::Tensor& past, const torch::Tensor& residual);

}  // namespace denoiseae
