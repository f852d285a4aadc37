// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/quantisation_plan.h"

#include <algorithm>
#include <optional>

#include "net/ops.h"

namespace denoiseae {

namespace {

Int8Role role_of(const Node& node) { return op_info(node.op).int8; }

class Planning {
 public:
  explicit Planning(const std::vector<Node>& nodes)
      : nodes_(nodes), names_(nodes.size()), readers_(nodes.size(), 0) {
    for (const Node& node : nodes) {
      for (const NodeId in : node.inputs) ++readers_[in];
    }
  }

  /// The names of the scales; none if the graph has no int8 form.
  std::vector<std::string> run(NodeId output) {
    // The caller reads the output, which no sum therefore can take.
    ++readers_[output];
    for (std::size_t id = 0; id < nodes_.size(); ++id) {
      const std::optional<std::string> name = scale_name(static_cast<NodeId>(id));
      if (!name) return {};
      names_[id] = *name;
    }
    const bool any = std::any_of(names_.begin(), names_.end(),
                                 [](const std::string& name) { return !name.empty(); });
    if (!any || !names_[output].empty()) return {};
    return std::move(names_);
  }

 private:
  bool is_quantised(NodeId id) const { return !names_[id].empty(); }
  bool has_role(NodeId id, Int8Role role) const { return role_of(nodes_[id]) == role; }

  /// Returns "" if the value is exact, and nothing if an int8 network cannot hold the node.
  std::optional<std::string> scale_name(NodeId id) const {
    const Node& node = nodes_[id];
    switch (role_of(node)) {
      case Int8Role::unsupported:
        return {};
      case Int8Role::exact:
        return all_inputs_are_exact(node) ? std::optional("") : std::nullopt;
      case Int8Role::convolution:
        if (has_role(node.inputs[0], Int8Role::upsampling)) return {};
        return name_after_relu(node, node.name);
      case Int8Role::upsampling:
        // The sum that reads it quantises; any other reader would need the value itself.
        return is_quantised(node.inputs[0]) && readers_[id] == 1 ? std::optional("") : std::nullopt;
      case Int8Role::sum:
        return name_of_sum(node);
    }
    return {};
  }

  bool all_inputs_are_exact(const Node& node) const {
    return std::none_of(node.inputs.begin(), node.inputs.end(), [this](NodeId in) {
      return is_quantised(in) || has_role(in, Int8Role::upsampling);
    });
  }

  static std::optional<std::string> name_after_relu(const Node& node, const std::string& name) {
    if (node.activation == Activation::leaky_relu) return {};
    return node.activation == Activation::relu ? name : "";
  }

  /// Whether the node returns sums of integers to one reader, which can be a sum that quantises.
  bool is_bare_convolution(NodeId id) const {
    const Node& node = nodes_[id];
    return has_role(id, Int8Role::convolution) && is_quantised(node.inputs[0]) &&
           node.activation == Activation::none && readers_[id] == 1;
  }

  std::optional<std::string> name_of_sum(const Node& node) const {
    const NodeId first = node.inputs[0];
    const NodeId second = node.inputs[1];
    const std::string name = nodes_[first].name + ".sum";
    const auto is_exact_convolution = [this](NodeId in) {
      return has_role(in, Int8Role::convolution) && !is_quantised(in);
    };
    // Such a sum ends the network, or it starts the network where two convolutions read the frame
    // and the state.
    if (is_exact_convolution(first) && is_exact_convolution(second))
      return name_after_relu(node, name);
    // The second input has other readers and therefore is there before the first, which then can
    // take the sum.
    const bool fits = (has_role(first, Int8Role::upsampling) || is_bare_convolution(first)) &&
                      is_quantised(second) && readers_[second] > 1 &&
                      node.activation == Activation::relu;
    return fits ? std::optional(name) : std::nullopt;
  }

  const std::vector<Node>& nodes_;
  std::vector<std::string> names_;
  std::vector<int> readers_;
};

}  // namespace

QuantisationPlan::QuantisationPlan(const std::vector<Node>& nodes, NodeId output)
    : names_(Planning(nodes).run(output)), integers_(nodes.size(), false) {
  if (!has_int8_form()) return;
  for (std::size_t id = 0; id < nodes.size(); ++id) {
    const Int8Role role = role_of(nodes[id]);
    integers_[id] = (role == Int8Role::convolution || role == Int8Role::upsampling) &&
                    is_quantised(nodes[id].inputs[0]);
  }
}

std::vector<std::string> QuantisationPlan::scale_names() const {
  std::vector<std::string> result;
  std::copy_if(names_.begin(), names_.end(), std::back_inserter(result),
               [](const std::string& name) { return !name.empty(); });
  return result;
}

}  // namespace denoiseae
