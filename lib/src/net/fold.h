// SPDX-License-Identifier: LGPL-2.1-or-later
// Inference without batch norm.
#pragma once

#include <map>
#include <string>

#include "net/graph.h"
#include "net/tensor.h"

namespace denoiseae {

struct FoldedNetwork {
  Graph graph;
  std::map<std::string, Tensor> tensors;
};

/// Returns a network that computes the same for inputs of height x width. With its running
/// statistics, a batch norm is a scale and a shift per channel. In these networks it follows the
/// activation, so both go into the linear operation that reads it. The scale goes into the weights.
/// The shift, passed through the operation, is a constant: a bias, or where the zeros of padding
/// make it differ from place to place, a bias_map. A batch norm stays if it is the output or if an
/// operation of another kind reads it. tensors: one for each parameter of the graph.
FoldedNetwork fold_batch_norm(const Graph& graph, const std::map<std::string, Tensor>& tensors,
                              int height, int width);

}  // namespace denoiseae
