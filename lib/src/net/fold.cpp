// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/fold.h"

#include <denoiseae/error.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "net/ops.h"

namespace denoiseae {

namespace {

/// How the new graph expresses the value of a node of the old one.
struct Value {
  std::optional<NodeId> plain;   ///< a node with just this value
  std::optional<NodeId> scaled;  ///< a node v with: this value = scale v + shift, per channel
  std::vector<double> scale;
  std::vector<double> shift;
};

/// The values of one output channel.
using Plane = std::vector<double>;

/// Weights by output, input and tap.
struct LinearWeights {
  std::vector<float>& values;
  int inputs;
  int outputs;
  int taps;
  bool inputs_first;

  float& at(int output, int input, int tap) const {
    const std::size_t pair = inputs_first ? static_cast<std::size_t>(input) * outputs + output
                                          : static_cast<std::size_t>(output) * inputs + input;
    return values[pair * taps + tap];
  }
};

LinearWeights weights_of(const Node& node, std::vector<float>& values, int inputs) {
  const LinearOp& linear = *op_info(node.op).linear;
  const int outputs = linear.groups * node.channels;
  const int taps = static_cast<int>(values.size() / inputs / outputs);
  return {values, inputs, outputs, taps, linear.inputs_first};
}

/// The output of a linear operation for an input that is the same everywhere. taps: that value
/// times the weights, summed over the channels.
Plane response(const Node& node, const std::vector<double>& taps, Shape in, Shape out) {
  const OpInfo& info = op_info(node.op);
  const auto reads = [&](int at, int size) {
    return info.inputs[0]->reads(node, {at, at + 1}, size);
  };
  Plane plane(static_cast<std::size_t>(out.height) * out.width, 0.0);
  for (int y = 0; y < out.height; ++y) {
    const RowRange rows = reads(y, in.height);
    for (int x = 0; x < out.width; ++x) {
      const RowRange columns = reads(x, in.width);
      double& sum = plane[static_cast<std::size_t>(y) * out.width + x];
      for (int from_y = rows.begin; from_y < rows.end; ++from_y) {
        for (int from_x = columns.begin; from_x < columns.end; ++from_x)
          sum += taps[info.linear->tap(node, in, {y, x}, {from_y, from_x})];
      }
    }
  }
  return plane;
}

class Folding {
 public:
  Folding(const Graph& graph, const std::map<std::string, Tensor>& tensors, int height, int width)
      : old_(graph),
        old_tensors_(tensors),
        shapes_(graph.shapes(height, width)),
        values_(graph.nodes().size()),
        new_(graph.slope()) {}

  FoldedNetwork run() {
    const Node& root = old_.input_node();
    values_[0].plain = new_.input(root.channels, root.height, root.width);
    for (NodeId id = 1; id < static_cast<NodeId>(values_.size()); ++id) {
      const Node& node = old_.nodes()[id];
      const Value& in = values_[node.inputs[0]];
      const bool same_channels = node.channels == shapes_[node.inputs[0]].channels;
      if (node.op == Op::batch_norm) {
        postpone(id);
      } else if (op_info(node.op).linear != nullptr && in.scaled) {
        fold_into(id);
      } else if (node.op == Op::reshape && in.scaled && same_channels) {
        values_[id] = {{}, new_.reshape(*in.scaled, shapes_[id]), in.scale, in.shift};
      } else {
        plain(id);
      }
    }
    new_.set_output(plain(old_.output()));
    return {std::move(new_), std::move(tensors_)};
  }

 private:
  /// Leaves a batch norm to those who read it.
  void postpone(NodeId id) {
    const Node& node = old_.nodes()[id];
    const Value& in = values_[node.inputs[0]];
    Value& value = values_[id];
    value.scaled = in.scaled ? in.scaled : in.plain;
    for (int c = 0; c < node.channels; ++c) {
      const auto parameter = [&](const char* suffix) {
        return double{old_tensors_.at(node.name + suffix).values[c]};
      };
      const double factor =
          parameter(".weight") / std::sqrt(parameter(".running_var") + kBatchNormEpsilon);
      const double scale = in.scaled ? in.scale[c] : 1;
      const double shift = in.scaled ? in.shift[c] : 0;
      value.scale.push_back(factor * scale);
      value.shift.push_back(factor * (shift - parameter(".running_mean")) + parameter(".bias"));
    }
  }

  void fold_into(NodeId id) {
    const Node& node = old_.nodes()[id];
    const Value& in = values_[node.inputs[0]];
    Tensor weight = old_tensors_.at(node.name + ".weight");
    Tensor bias = old_tensors_.at(node.name + ".bias");
    const LinearWeights weights =
        weights_of(node, weight.values, static_cast<int>(in.scale.size()));
    std::vector<Plane> planes;
    for (int o = 0; o < weights.outputs; ++o) {
      std::vector<double> taps(static_cast<std::size_t>(weights.taps), 0.0);
      for (int i = 0; i < weights.inputs; ++i) {
        for (int tap = 0; tap < weights.taps; ++tap) {
          float& w = weights.at(o, i, tap);
          taps[tap] += in.shift[i] * w;
          w = static_cast<float>(in.scale[i] * w);
        }
      }
      planes.push_back(response(node, taps, shapes_[node.inputs[0]], shapes_[id]));
    }
    const bool same_everywhere = std::all_of(planes.begin(), planes.end(), [](const Plane& plane) {
      return std::all_of(plane.begin(), plane.end(), [&](double v) { return v == plane[0]; });
    });
    if (same_everywhere) {
      for (int o = 0; o < weights.outputs; ++o) bias.values[o] += static_cast<float>(planes[o][0]);
    }
    tensors_[node.name + ".weight"] = std::move(weight);
    tensors_[node.name + ".bias"] = std::move(bias);
    if (same_everywhere) {
      values_[id].plain = append(node, *in.scaled, node.activation);
      return;
    }
    const Shape shape = shapes_[id];
    Tensor constant{{shape.channels, shape.height, shape.width}, {}};
    for (const Plane& plane : planes) {
      constant.values.insert(constant.values.end(), plane.begin(), plane.end());
    }
    const std::string name = node.name + "_plane";
    tensors_[name + ".bias"] = std::move(constant);
    values_[id].plain = new_.bias_map(name, append(node, *in.scaled, Activation::none),
                                      shape.height, shape.width, node.activation);
  }

  /// The node of the new graph with just the value of an old one; copies what was not folded.
  NodeId plain(NodeId id) {
    Value& value = values_[id];
    if (value.plain) return *value.plain;
    const Node& node = old_.nodes()[id];
    value.plain = append(node, plain(node.inputs[0]), node.activation);
    for (const Parameter& p : old_.parameters()) {
      if (p.name.substr(0, p.name.rfind('.')) == node.name)
        tensors_[p.name] = old_tensors_.at(p.name);
    }
    return *value.plain;
  }

  /// Appends a node like an old one to the new graph. in: its first input there.
  NodeId append(Node node, NodeId in, Activation activation) {
    for (std::size_t i = 1; i < node.inputs.size(); ++i) node.inputs[i] = plain(node.inputs[i]);
    node.inputs[0] = in;
    node.activation = activation;
    return new_.append(std::move(node));
  }

  const Graph& old_;
  const std::map<std::string, Tensor>& old_tensors_;
  std::vector<Shape> shapes_;  ///< for each node of the old graph
  std::vector<Value> values_;  ///< for each node of the old graph
  Graph new_;
  std::map<std::string, Tensor> tensors_;  ///< the parameters of the new graph
};

}  // namespace

FoldedNetwork fold_batch_norm(const Graph& graph, const std::map<std::string, Tensor>& tensors,
                              int height, int width) {
  const bool has_batch_norm =
      std::any_of(graph.nodes().begin(), graph.nodes().end(),
                  [](const Node& node) { return node.op == Op::batch_norm; });
  if (!has_batch_norm) return {graph, tensors};
  if (graph.has_state())
    throw Error(ErrorCode::internal, "batch norm in a graph with a state is not folded");
  return Folding(graph, tensors, height, width).run();
}

}  // namespace denoiseae
