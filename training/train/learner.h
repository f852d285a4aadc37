// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "engine/torch/graph_module.h"
#include "train/checkpoint.h"
#include "train/config.h"
#include "train/optimizer.h"

namespace denoiseae {

/// A network that learns: its weights, their average, and the optimizer that changes them.
class Learner {
 public:
  /// The weights are fresh, random by config.seed.
  Learner(const TrainConfig& config, Graph graph, torch::Device device);

  const Graph& graph() const { return graph_; }
  /// The network whose loss is differentiated.
  GraphModule& network() { return network_; }
  /// The network that is validated and written: the average of the weights where there is one.
  GraphModule& eval_network() { return average_ ? *average_ : network_; }

  /// Takes the tensors of weights files, see take_weights. rounded: the network computes as int8
  /// engines do from the first step; it then keeps the scales of the last file, if there are any.
  void start_from(const std::vector<std::filesystem::path>& files, bool rounded,
                  const LogCallback& log);
  /// Goes on from a checkpoint, if the folder holds one. Throws what load_checkpoint throws.
  std::optional<Progress> load(const std::filesystem::path& folder);
  void save(const std::filesystem::path& folder, const Progress& progress) const;

  /// Takes a step against the gradients. steps: how many were taken before.
  void update(const std::vector<torch::Tensor>& gradients, double learning_rate,
              std::int64_t steps);
  /// Forgets the gradients so far, because the next batches are of another kind.
  void restart_optimizer() { optimizer_.reset(); }
  /// Gives each channel as many codes as the others, without another result, and finds the scales.
  /// run: runs eval_network() on samples like those of training, each time on the same.
  void find_scales(const std::function<void()>& run);
  /// From now on the network computes as int8 engines do, with the scales that were found.
  void start_rounding();
  /// The scales that were found or taken from weights; empty: none yet.
  const ScaleSets& scale_sets() const { return scale_sets_; }

 private:
  Graph graph_;
  GraphModule network_;
  std::unique_ptr<GraphModule> average_;  ///< averages the weights of network_; null = none
  Optimizer optimizer_;
  ScaleSets scale_sets_;
  double average_decay_;
  double clip_norm_;
};

}  // namespace denoiseae
