// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include <vector>

#include "engine/torch/graph_module.h"
#include "train/batch_plan.h"
#include "train/config.h"

namespace denoiseae {

/// Makes the pinned copies of a batch and its single frames. By any thread.
void pin(Batch& batch);

/// The input of a batch: N x T x C x H x W. The batch must outlive it on the CPU; elsewhere it is a
/// copy, made beside what the device is still at if the batch is pinned.
torch::Tensor input_of(Batch& batch, torch::Device device = torch::kCPU);
/// The target likewise.
torch::Tensor target_of(Batch& batch, torch::Device device = torch::kCPU);

/// How a network meets sequences.
struct SequenceMode {
  Mode mode = Mode::run;
  torch::ScalarType compute = torch::kFloat32;
  BatchPart part{};
  bool motion = true;  ///< aligns the past, as in the stream; for networks that have one
};

/// What the network returns for each frame in turn, N x C x H x W each; differentiable through all
/// of them. frames: N x T x C x H x W on its device, of the domain packed_yuv420 if it has a past.
std::vector<torch::Tensor> run_sequence(GraphModule& network, const torch::Tensor& frames,
                                        const SequenceMode& mode);

/// Mean of loss_of over the frames, and temporal_consistency times that of how each frame differs
/// from the one before. target: N x T x C x H x W.
torch::Tensor sequence_loss(const std::vector<torch::Tensor>& outputs, const torch::Tensor& target,
                            Loss loss, double temporal_consistency = 0);

}  // namespace denoiseae
