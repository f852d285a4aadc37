// SPDX-License-Identifier: LGPL-2.1-or-later
// Executes a graph with LibTorch; differentiable, so training and the torch engine share it.
#pragma once

#include <torch/types.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/torch/graph_ops.h"
#include "net/graph.h"
#include "net/scale_sets.h"
#include "net/tensor.h"

namespace denoiseae {

/// A row-major float32 copy, from any device and layout.
Tensor plain_copy(const torch::Tensor& t);

/// The result of a network for one frame.
struct Step {
  torch::Tensor output;
  torch::Tensor state;  ///< undefined for graphs without one
};

/// Not thread-safe while training.
class GraphModule {
 public:
  /// Fresh weights, normally distributed as the parameters' Init says. The same seed gives the same
  /// weights.
  GraphModule(const Graph& graph, std::uint64_t seed);
  /// Weights of a checked model.
  GraphModule(const Graph& graph, const std::map<std::string, Tensor>& tensors);

  /// in: N x C x H x W, channels last; returns the graph's output. compute: float32, or bfloat16 to
  /// run convolutions and sums in that type (gradients reach the float32 weights). part: for
  /// threads that train on parts of one batch at the same time, so that batch norm sees all of it.
  torch::Tensor forward(const torch::Tensor& in, Mode mode,
                        torch::ScalarType compute = torch::kFloat32, BatchPart part = {});
  /// Runs a graph with a recurrent state: N x kStateChannels x H x W, float32. The operations that
  /// mix frame and state compute in float32.
  Step step(const torch::Tensor& in, const torch::Tensor& state, Mode mode,
            torch::ScalarType compute = torch::kFloat32, BatchPart part = {});
  /// The state before the first frame, of the size of in.
  static torch::Tensor no_state(const torch::Tensor& in);
  bool has_state() const { return graph_.has_state(); }

  /// From now on computes what int8 engines do with these scales (net/quantisation_plan.h): in
  /// float32, but activations and the weights that they meet are rounded to 8-bit steps. Each
  /// sample is rounded with the set for its largest noise level. Gradients pass as if nothing were
  /// rounded, except for values beyond the largest. No sets: no longer. Throws incompatible_model
  /// for the scales of another network.
  void quantise_activations(const ScaleSets& sets);
  const ScaleSets& scale_sets() const { return scale_sets_; }
  /// Called with each activation that int8 engines quantise, before it is quantised, the name of
  /// its scale, and the largest noise level of each sample in codes; empty: no longer.
  using Watch = std::function<void(const std::string& name, const torch::Tensor& value,
                                   const std::vector<double>& levels)>;
  void watch(Watch watch) { watch_ = std::move(watch); }

  /// Names in the order of the graph.
  const std::map<std::string, torch::Tensor>& tensors() const { return tensors_; }
  /// The tensors that an optimizer changes, in the order of the graph.
  std::vector<torch::Tensor> trained() const;
  /// Copies of all values.
  std::map<std::string, Tensor> state() const;
  /// Overwrites all values. Throws incompatible_model for a missing name or another shape.
  void set_state(const std::map<std::string, Tensor>& tensors);
  void to(torch::Device device);
  torch::Device device() const { return tensors_.begin()->second.device(); }

 private:
  /// Passes a value on, quantised if the plan and the scales say so.
  torch::Tensor fake_quantised(NodeId id, const torch::Tensor& value,
                               const std::vector<double>& levels) const;
  /// Returns the largest noise level of each sample in codes; infinity for networks that are told
  /// none. Empty where no one needs it.
  std::vector<double> levels_of(const torch::Tensor& in) const;

  Graph graph_;
  std::map<std::string, torch::Tensor> tensors_;
  ScaleSets scale_sets_;  ///< empty: nothing is quantised
  Watch watch_;
};

}  // namespace denoiseae
