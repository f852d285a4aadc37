// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/cross_layer_equalisation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

#include "net/ops.h"

namespace denoiseae {

namespace {

/// This is a in the formula of the header: how much of the difference between channels is taken
/// from the values and given to the weights. From 0.3 to 1, 0.8 and 0.9 cost `balanced` least
/// before it adapts.
constexpr double kValuesPart = 0.8;
// A channel that is nearly always 0 is not worth a larger factor.
constexpr float kMaxFactor = 16;

Int8Role role_of(const Node& node) { return op_info(node.op).int8; }

/// Whether int8 engines quantise its weights where they meet quantised values.
bool has_weights(const Node& node) {
  return role_of(node) == Int8Role::convolution || role_of(node) == Int8Role::upsampling;
}

/// Returns for each node the one whose factors it has, or -1 for none. For a quantised activation
/// that is the first with which it shares them, for a convolution that only a quantised sum reads
/// it is the sum.
std::vector<NodeId> owners(const Graph& graph) {
  const std::vector<Node>& nodes = graph.nodes();
  std::vector<NodeId> owner(nodes.size(), -1);
  for (std::size_t id = 0; id < nodes.size(); ++id) {
    if (!graph.quantisation().is_quantised(static_cast<NodeId>(id))) continue;
    owner[id] = static_cast<NodeId>(id);
    if (role_of(nodes[id]) != Int8Role::sum) continue;
    for (const NodeId in : nodes[id].inputs)
      if (owner[in] >= 0) owner[id] = owner[in];
    for (const NodeId in : nodes[id].inputs) owner[in] = owner[id];
  }
  return owner;
}

/// Returns the weights of an output, input by input.
std::span<float> weights_of(Tensor& weights, std::size_t output) {
  const std::size_t each = weights.values.size() / static_cast<std::size_t>(weights.shape[0]);
  return {&weights.values[output * each], each};
}

float largest(std::span<const float> values) {
  float result = 0;
  for (const float value : values) result = std::max(result, std::abs(value));
  return result;
}

/// Computes the factors of the channels of one value by their values and weights. They are 1 on
/// average.
std::vector<float> factors_of(const std::vector<float>& values, const std::vector<float>& weights) {
  std::vector<float> result(values.size(), 0);
  double logarithms = 0;
  int used = 0;
  for (std::size_t c = 0; c < values.size(); ++c) {
    if (values[c] == 0 || weights[c] == 0) continue;
    result[c] = static_cast<float>(std::pow(values[c], -kValuesPart) *
                                   std::pow(weights[c], 1 - kValuesPart));
    logarithms += std::log(result[c]);
    ++used;
  }
  const auto middle = static_cast<float>(std::exp(logarithms / std::max(1, used)));
  for (float& f : result) f = f > 0 ? std::clamp(f / middle, 1 / kMaxFactor, kMaxFactor) : 1;
  return result;
}

}  // namespace

SmoothingFactors find_smoothing_factors(GraphModule& network, const Graph& graph,
                                        const std::function<void()>& run) {
  const std::vector<Node>& nodes = graph.nodes();
  const std::vector<NodeId> owner = owners(graph);
  std::map<std::string, NodeId> owner_of_name;
  SmoothingFactors values(nodes.size()), weights(nodes.size());
  for (std::size_t id = 0; id < nodes.size(); ++id) {
    const auto node_id = static_cast<NodeId>(id);
    if (!graph.quantisation().is_quantised(node_id)) continue;
    owner_of_name[graph.quantisation().scale_name(node_id)] = owner[id];
    values[owner[id]].resize(static_cast<std::size_t>(nodes[id].channels));
    weights[owner[id]] = values[owner[id]];
  }

  torch::NoGradGuard no_grad;
  // The number of samples is the same for all channels, so that their sum serves as the mean.
  network.watch(
      [&](const std::string& name, const torch::Tensor& x, const std::vector<double>& /*levels*/) {
        const Tensor most = plain_copy(x.to(torch::kFloat32).amax({2, 3}).sum(0));
        std::vector<float>& known = values[owner_of_name.at(name)];
        for (std::size_t c = 0; c < known.size(); ++c) known[c] += most.values[c];
      });
  run();
  network.watch({});

  std::map<std::string, Tensor> tensors = network.state();
  for (const Node& node : nodes) {
    if (!has_weights(node) || owner[node.inputs[0]] < 0) continue;
    std::vector<float>& known = weights[owner[node.inputs[0]]];
    Tensor& tensor = tensors.at(node.name + ".weight");
    for (std::int64_t o = 0; o < tensor.shape[0]; ++o) {
      const std::span<float> all = weights_of(tensor, static_cast<std::size_t>(o));
      const float most = largest(all);
      const std::size_t taps = all.size() / known.size();
      for (std::size_t c = 0; c < known.size() && most > 0; ++c)
        known[c] = std::max(known[c], largest(all.subspan(c * taps, taps)) / most);
    }
  }

  SmoothingFactors factors(nodes.size());
  for (std::size_t id = 0; id < nodes.size(); ++id)
    if (owner[id] >= 0) factors[id] = factors_of(values[owner[id]], weights[owner[id]]);
  return factors;
}

std::map<std::string, Tensor> equalised(const Graph& graph, const SmoothingFactors& factors,
                                        std::map<std::string, Tensor> tensors) {
  for (std::size_t id = 0; id < graph.nodes().size(); ++id) {
    const Node& node = graph.nodes()[id];
    if (!has_weights(node)) continue;
    Tensor& weight = tensors.at(node.name + ".weight");
    Tensor& bias = tensors.at(node.name + ".bias");
    const std::vector<float>& in = factors[node.inputs[0]];
    const std::vector<float>& out = factors[id];
    for (std::size_t o = 0; o < bias.values.size(); ++o) {
      const std::span<float> all = weights_of(weight, o);
      const float gain = out.empty() ? 1 : out[o % out.size()];
      bias.values[o] *= gain;
      for (std::size_t i = 0; i < all.size(); ++i)
        all[i] *= in.empty() ? gain : gain / in[i * in.size() / all.size()];
    }
  }
  return tensors;
}

}  // namespace denoiseae
