// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <c10/core/thread_pool.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "engine/torch/graph_module.h"
#include "train/batch_plan.h"
#include "train/config.h"
#include "train/teacher.h"

namespace denoiseae {

struct LossAndGradients {
  torch::Tensor loss;
  std::vector<torch::Tensor> gradients;  ///< one for each trained tensor
};

/// Differentiates the loss of batches. On CPUs several threads take a part of each batch.
class Differentiator {
 public:
  /// config and network must outlive it. Throws what loading the teacher throws.
  Differentiator(const TrainConfig& config, GraphModule& network, const Graph& graph);

  /// Differentiates a batch. Its sequences and its single frames count the same.
  LossAndGradients differentiate(Batch& batch);

 private:
  /// Leaves out the single frames of the batch.
  LossAndGradients differentiate_in_parts(Batch& batch);
  /// Takes some samples of a batch. Loss and gradients are their share of the whole batch's.
  LossAndGradients differentiate_part(Batch& batch, int first, int count, BatchPart part);

  const TrainConfig& config_;
  GraphModule& network_;
  std::unique_ptr<Teacher> teacher_;  ///< null = none
  std::vector<std::size_t> gate_;     ///< which of the trained tensors judge the recurrent state
  torch::ScalarType compute_;
  int threads_;
  /// Lives as long as the run, because LibTorch caches what it compiles per thread.
  c10::ThreadPool pool_;
};

}  // namespace denoiseae
