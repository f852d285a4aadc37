// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/number_formats.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace denoiseae {

namespace {

using Type = dnnl::memory::data_type;

/// The step of the weights of each output.
std::vector<float> weight_scales(const std::vector<float>& weights, std::size_t outputs) {
  const std::size_t each = weights.size() / outputs;
  std::vector<float> scales;
  for (std::size_t o = 0; o < outputs; ++o) {
    float largest = 0;
    for (std::size_t i = 0; i < each; ++i) {
      largest = std::max(largest, std::abs(weights[o * each + i]));
    }
    scales.push_back(largest > 0 ? largest / kHighestWeight : 1);
  }
  return scales;
}

}  // namespace

NumberFormats::NumberFormats(const Graph& graph, NumberFormat format)
    : graph_(graph), format_(std::move(format)) {
  if (!format_.scales.empty()) names_ = quantised_activations(graph);
}

bool NumberFormats::is_quantised(NodeId id) const { return !names_.empty() && !names_[id].empty(); }

Type NumberFormats::type_of(NodeId id) const {
  if (is_quantised(id)) return Type::u8;
  // What integers add up to goes on in float32, and so do what it is added to and what a rounded
  // sum adds up.
  const std::vector<Node>& nodes = graph_.nodes();
  const auto sums_integers = [&](NodeId i) {
    const Node& node = nodes[i];
    return (node.op == Op::conv || node.op == Op::subpixel_conv) && is_quantised(node.inputs[0]);
  };
  const auto joins_integers = [&](const Node& node) {
    const bool is_quantised_sum = is_quantised(static_cast<NodeId>(&node - nodes.data()));
    return node.op == Op::add &&
           (is_quantised_sum || sums_integers(node.inputs[0]) || sums_integers(node.inputs[1]));
  };
  const bool meets_integers =
      sums_integers(id) || joins_integers(nodes[id]) ||
      std::any_of(nodes.begin(), nodes.end(), [&](const Node& node) {
        return joins_integers(node) && (node.inputs[0] == id || node.inputs[1] == id);
      });
  return !names_.empty() && meets_integers ? Type::f32 : format_.exact;
}

float NumberFormats::scale(NodeId id) const {
  return is_quantised(id) ? format_.scales.at(names_[id]) : 1;
}

Convolution NumberFormats::rounded(Convolution task, NodeId in, NodeId out) const {
  if (!is_quantised(in)) return task;
  std::vector<float> bias = task.bias();
  std::vector<float> weights = task.weights();
  const std::vector<float> calls = weight_scales(weights, bias.size());
  const std::size_t each = weights.size() / bias.size();
  for (std::size_t o = 0; o < bias.size(); ++o) {
    // Of the sum of products of whole numbers. The bias is added to it first.
    const float step = scale(in) * calls[o];
    task.scales.push_back(step / scale(out));
    bias[o] /= step;
    for (std::size_t i = o * each; i < (o + 1) * each; ++i) {
      weights[i] = std::nearbyint(weights[i] / calls[o]);
    }
  }
  task.bias = [bias = std::move(bias)] { return bias; };
  task.weights = [weights = std::move(weights)] { return weights; };
  return task;
}

}  // namespace denoiseae
