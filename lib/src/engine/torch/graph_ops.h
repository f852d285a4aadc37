// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of the operations in this engine. It says how LibTorch computes each.
#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <vector>

#include "engine/torch/sum_exchange.h"
#include "net/node.h"

namespace denoiseae {

enum class Mode {
  train,  ///< batch norm uses the batch and updates its running statistics
  run,    ///< batch norm uses the running statistics
};

/// How the operations of one pass through a network compute.
struct PassSettings {
  Mode mode = Mode::run;
  torch::ScalarType compute = torch::kFloat32;  ///< the type of convolutions and sums
  BatchPart part;
};

/// One operation of a pass, and what it may read.
struct OpArguments {
  const Node& node;
  const PassSettings& settings;
  float slope;                                          ///< leaky_relu's
  const std::map<std::string, torch::Tensor>& tensors;  ///< parameters by name
  bool quantises_weights;                    ///< whether it computes as with 8-bit weights
  const std::vector<torch::Tensor>& values;  ///< the values of the nodes before it
  const torch::Tensor& frame;
  const torch::Tensor& state;  ///< undefined for graphs without one

  const torch::Tensor& input(int i) const { return values[node.inputs[i]]; }
  const torch::Tensor& tensor(const char* suffix) const { return tensors.at(node.name + suffix); }
};

/// The value of the operation.
torch::Tensor compute_op(const OpArguments& arguments);

}  // namespace denoiseae
