// SPDX-License-Identifier: LGPL-2.1-or-later
// Executes a graph with LibTorch; differentiable, so training and the torch engine share it.
#pragma once

#include <denoiseae/export.h>
#include <torch/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/torch/sum_exchange.h"
#include "model/quantisation.h"
#include "model/safetensors.h"
#include "net/graph.h"

namespace denoiseae {

enum class Mode {
  train,  ///< batch norm uses the batch and updates its running statistics
  run,    ///< batch norm uses the running statistics
};

/// A row-major float32 copy, from any device and layout.
DAE_API Tensor plain_copy(const torch::Tensor& t);

/// What a network returns for one frame. past: undefined for graphs without one.
struct Step {
  torch::Tensor output;
  torch::Tensor state;
};

/// Not thread-safe while training.
class DAE_API GraphModule {
 public:
  /// Fresh weights, normally distributed as the parameters' Init says. The same seed gives the same
  /// weights.
  GraphModule(const Graph& graph, std::uint64_t seed);
  /// Weights of a checked model.
  GraphModule(const Graph& graph, const std::map<std::string, Tensor>& tensors);

  /// in: N x C x H x W, channels last; returns the graph's output. compute: float32, or bfloat16 to
  /// run convolutions and sums in that type (gradients reach the float32 weights). part: where
  /// threads train on parts of one batch at the same time, so that batch norm sees all of it.
  torch::Tensor forward(const torch::Tensor& in, Mode mode,
                        torch::ScalarType compute = torch::kFloat32, BatchPart part = {});
  /// The same for graphs with a past: N x kStateChannels x H x W, float32. What surrounds the
  /// convolutions is computed in float32.
  Step step(const torch::Tensor& in, const torch::Tensor& state, Mode mode,
            torch::ScalarType compute = torch::kFloat32, BatchPart part = {});
  /// The past before the first frame, like in.
  static torch::Tensor no_state(const torch::Tensor& in);
  bool has_state() const { return graph_.has_state(); }

  /// From now on computes, in float32 apart from rounding, what int8 engines do with these scales
  /// (model/quantisation.h), one for each rounded value of the graph: those and the weights that
  /// they meet are rounded. Gradients pass as if they were not, but for values beyond the largest.
  /// Empty: no longer. Throws incompatible_model for other names.
  void quantise_activations(const Scales& scales);
  const Scales& scales() const { return scales_; }
  /// Called with each value that int8 engines round, before it is, and the name of its scale;
  /// empty: no longer.
  using Watch = std::function<void(const std::string& name, const torch::Tensor& value)>;
  void watch(Watch watch) { watch_ = std::move(watch); }

  /// Names in the order of the graph.
  const std::map<std::string, torch::Tensor>& tensors() const { return tensors_; }
  /// Those that an optimizer changes, in the order of the graph.
  std::vector<torch::Tensor> trained() const;
  /// Copies of all values.
  std::map<std::string, Tensor> state() const;
  /// Overwrites all values. Throws incompatible_model for a missing name or another shape.
  void set_state(const std::map<std::string, Tensor>& tensors);
  void to(torch::Device device);
  torch::Device device() const { return tensors_.begin()->second.device(); }

 private:
  torch::Tensor parameter(const Node& node, const char* suffix, torch::ScalarType type) const;
  /// Rounds the value of a node if it is one to round.
  torch::Tensor rounded(NodeId id, const torch::Tensor& value) const;
  torch::Tensor apply(const Node& node, const std::vector<torch::Tensor>& values, Mode mode,
                      torch::ScalarType compute, BatchPart part) const;
  /// Of max(x, slope x); 1 for none. Not for sigmoid.
  double slope_of(Activation activation) const;
  torch::Tensor activate(torch::Tensor x, Activation activation) const;

  Graph graph_;
  std::map<std::string, torch::Tensor> tensors_;
  std::vector<std::string> rounded_;  ///< quantised_activations of the graph
  Scales scales_;                     ///< empty: nothing is rounded
  Watch watch_;
};

}  // namespace denoiseae
