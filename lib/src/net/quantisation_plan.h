// SPDX-License-Identifier: LGPL-2.1-or-later
// Which values of a network are held in 8 bits where it computes in 8 bits.
#pragma once

#include <string>
#include <vector>

#include "net/node.h"

namespace denoiseae {

/// A quantised activation is a whole number of steps from 0 to this.
inline constexpr int kHighestCode = 255;

/// A quantised weight is a whole number of steps from -kHighestWeight to kHighestWeight. The step
/// follows from the largest weight of each output channel. engine/native/number_formats.cpp rounds
/// weights so for inference and engine/torch/graph_ops.cpp for training; test_int8 compares them.
inline constexpr int kHighestWeight = 127;

/// The int8 form of a graph. Quantised are the values that a convolution with relu returns; their
/// scale has its name. Quantised are also three sums after their relu; their scale has the name of
/// the first value with ".sum" added:
/// - what an upsampling convolution returns and an earlier quantised value,
/// - what a convolution without an activation returns that reads a quantised value, and an earlier
///   quantised value, as in the pairs of residual networks,
/// - what two convolutions return that read exact values.
/// An operation whose first input is quantised is computed with integers; the first value of the
/// first two sums meets the addend unrounded. The first operations, which read frames, the state
/// and noise levels, are not. Graphs with other activations between convolutions than relu, or with
/// other sums, have no int8 form.
class QuantisationPlan {
 public:
  /// The plan of a graph without int8 form: no value is quantised.
  QuantisationPlan() = default;
  /// output: the node that the graph returns.
  QuantisationPlan(const std::vector<Node>& nodes, NodeId output);

  bool has_int8_form() const { return !names_.empty(); }
  bool is_quantised(NodeId id) const { return has_int8_form() && !names_[id].empty(); }
  /// Whether the node multiplies quantised values by quantised weights.
  bool computes_with_integers(NodeId id) const { return has_int8_form() && integers_[id]; }
  /// Only for quantised values.
  const std::string& scale_name(NodeId id) const { return names_[id]; }
  /// The scales of all quantised values, in the order of the nodes.
  std::vector<std::string> scale_names() const;

 private:
  std::vector<std::string> names_;  ///< each node's scale; "" = its value is exact
  std::vector<bool> integers_;      ///< for each node
};

}  // namespace denoiseae
