// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include <vector>

#include "engine/torch/graph_module.h"
#include "model/model_data.h"
#include "train/batch_plan.h"
#include "train/config.h"

namespace denoiseae {

/// Makes the pinned copies of a batch and of its single frames. Any thread may call it.
void pin(Batch& batch);

/// Returns the input of a batch: N x T x C x H x W. The batch must outlive it on the CPU. Elsewhere
/// it is a copy, which is made beside what the device still computes if the batch is pinned.
torch::Tensor input_of(Batch& batch, torch::Device device = torch::kCPU);
/// Returns the target of a batch in the same way.
torch::Tensor target_of(Batch& batch, torch::Device device = torch::kCPU);

/// The way in which a network meets sequences.
struct SequenceMode {
  Mode mode = Mode::run;
  torch::ScalarType compute = torch::kFloat32;
  BatchPart part{};
  bool motion = true;  ///< compensates the motion of the recurrent state, as in a stream
  /// The network that tells the levels of samples that do not tell theirs (train/blind_levels.h);
  /// null: there are none.
  const detail::ModelData* noise_map = nullptr;
};

/// Returns what the network returns for each frame in turn, N x C x H x W each; differentiable
/// through all of them. frames: N x T x C x H x W on its device, of the domain packed_yuv420 if the
/// network is recurrent.
std::vector<torch::Tensor> run_sequence(GraphModule& network, const torch::Tensor& frames,
                                        const SequenceMode& mode);

/// Returns the mean of loss_of over the frames, and temporal_consistency times the mean for the
/// differences of each frame from the one before. target: N x T x C x H x W.
torch::Tensor sequence_loss(const std::vector<torch::Tensor>& outputs, const torch::Tensor& target,
                            Loss loss, double temporal_consistency = 0);

}  // namespace denoiseae
