// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/graph_module.h"

#include <denoiseae/error.h>

#include <cmath>
#include <utility>

#include "engine/torch/batch_norm.h"
#include "engine/torch/temporal_ops.h"
#include "engine/torch/transposed_conv.h"
#include "layout/state_layout.h"
#include "noise/synthesis/random.h"

namespace denoiseae {

namespace {

std::vector<std::int64_t> dimensions(const std::vector<int>& shape) {
  return {shape.begin(), shape.end()};
}

/// Standard deviation that the weights of an operation start from.
double start_deviation(const Parameter& p, Op op) {
  double taps = 1;
  for (std::size_t i = 2; i < p.shape.size(); ++i) taps *= p.shape[i];
  if (p.init == Init::glorot) return std::sqrt(2 / (taps * (p.shape[0] + p.shape[1])));
  // That of torch::nn::Conv2d. The larger one of He et al. keeps the scale of the values, but
  // learning takes longer to leave it behind.
  return std::sqrt(1 / (3 * taps * (op == Op::transposed_conv ? p.shape[0] : p.shape[1])));
}

/// To whole multiples of a step for each output.
torch::Tensor fake_quantise_weights(const torch::Tensor& weights) {
  const torch::Tensor largest = weights.detach().abs().amax({1, 2, 3});
  const torch::Tensor steps =
      torch::where(largest > 0, largest / kHighestWeight, torch::ones_like(largest));
  return torch::fake_quantize_per_channel_affine(
      weights, steps, torch::zeros_like(steps, torch::kInt32), 0, -kHighestWeight, kHighestWeight);
}

/// Channels (2 dy + dx) C + c of position (y, x) become channel c of (2 y + dy, 2 x + dx). With
/// channels last this copies runs of 2 C values; PyTorch's pixel_shuffle order would scatter single
/// ones.
torch::Tensor depth_to_space(const torch::Tensor& x, std::int64_t channels) {
  const auto n = x.size(0);
  const auto h = x.size(2);
  const auto w = x.size(3);
  return x.permute({0, 2, 3, 1})
      .reshape({n, h, w, 2, 2 * channels})
      .permute({0, 1, 3, 2, 4})
      .reshape({n, 2 * h, 2 * w, channels})
      .permute({0, 3, 1, 2});
}

}  // namespace

Tensor plain_copy(const torch::Tensor& t) {
  const torch::Tensor plain =
      t.detach().to(torch::kCPU, torch::kFloat32).contiguous(torch::MemoryFormat::Contiguous);
  const float* values = plain.data_ptr<float>();
  return {plain.sizes().vec(), {values, values + plain.numel()}};
}

GraphModule::GraphModule(const Graph& graph, std::uint64_t seed)
    : graph_(graph), rounded_(quantised_activations(graph)) {
  std::map<std::string, Op> op_of;
  for (const Node& node : graph.nodes()) op_of[node.name] = node.op;
  Random random(seed);
  for (const Parameter& p : graph.parameters()) {
    torch::Tensor t = torch::zeros(dimensions(p.shape));
    if (p.init == Init::one) t.fill_(1.0);
    if (p.init == Init::fan_in || p.init == Init::glorot) {
      const Op op = op_of.at(p.name.substr(0, p.name.rfind('.')));
      const double deviation = start_deviation(p, op);
      float* values = t.data_ptr<float>();
      for (std::int64_t i = 0; i < t.numel(); ++i) {
        values[i] = static_cast<float>(deviation * random.normal());
      }
    }
    tensors_[p.name] = t;
  }
  to(torch::kCPU);
}

GraphModule::GraphModule(const Graph& graph, const std::map<std::string, Tensor>& tensors)
    : graph_(graph), rounded_(quantised_activations(graph)) {
  for (const Parameter& p : graph.parameters()) {
    tensors_[p.name] = torch::zeros(dimensions(p.shape));
  }
  set_state(tensors);
  to(torch::kCPU);
}

void GraphModule::to(torch::Device device) {
  for (const Parameter& p : graph_.parameters()) {
    torch::Tensor t = tensors_[p.name].detach().to(device);
    if (t.dim() == 4) t = t.contiguous(torch::MemoryFormat::ChannelsLast);
    // A plane lies like the pictures that it is added to.
    if (t.dim() == 3) t = t.permute({1, 2, 0}).contiguous().permute({2, 0, 1});
    tensors_[p.name] = t.requires_grad_(p.trained);
  }
}

std::vector<torch::Tensor> GraphModule::trained() const {
  std::vector<torch::Tensor> result;
  for (const Parameter& p : graph_.parameters()) {
    if (p.trained) result.push_back(tensors_.at(p.name));
  }
  return result;
}

std::map<std::string, Tensor> GraphModule::state() const {
  std::map<std::string, Tensor> result;
  for (const auto& [name, t] : tensors_) result[name] = plain_copy(t);
  return result;
}

void GraphModule::set_state(const std::map<std::string, Tensor>& tensors) {
  torch::NoGradGuard no_grad;
  for (auto& [name, t] : tensors_) {
    const auto found = tensors.find(name);
    if (found == tensors.end() || found->second.shape != t.sizes().vec()) {
      throw Error(ErrorCode::incompatible_model,
                  "tensor \"" + name + "\" is missing or has another shape than the network's");
    }
    const Tensor& source = found->second;
    t.copy_(torch::from_blob(const_cast<float*>(source.values.data()), source.shape));
  }
}

torch::Tensor GraphModule::parameter(const Node& node, const char* suffix,
                                     torch::ScalarType type) const {
  const torch::Tensor& t = tensors_.at(node.name + suffix);
  const bool meets_integers = !scales_.empty() && !rounded_[node.inputs[0]].empty();
  if (meets_integers && t.dim() == 4) return fake_quantise_weights(t).to(type);
  return t.to(type);
}

void GraphModule::quantise_activations(const Scales& scales) {
  for (const std::string& name : rounded_) {
    if (!scales.empty() && !name.empty() && scales.count(name) == 0) {
      throw Error(ErrorCode::incompatible_model,
                  "the scale of \"" + name + "\" is missing, found those of another network");
    }
  }
  if (!scales.empty() && rounded_.empty()) {
    throw Error(ErrorCode::incompatible_model, "this network has no int8 form");
  }
  scales_ = scales;
}

torch::Tensor GraphModule::rounded(NodeId id, const torch::Tensor& value) const {
  if (rounded_.empty() || rounded_[id].empty()) return value;
  const std::string& name = rounded_[id];
  if (watch_) watch_(name, value);
  if (scales_.empty()) return value;
  return torch::fake_quantize_per_tensor_affine(value.to(torch::kFloat32), scales_.at(name), 0, 0,
                                                kHighestCode);
}

torch::Tensor GraphModule::activate(torch::Tensor x, Activation activation) const {
  // In place where nothing needs the value before: for these, gradients follow from the result.
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return torch::relu_(x);
    case Activation::leaky_relu:
      return torch::leaky_relu_(x, graph_.slope());
    case Activation::sigmoid:
      return torch::sigmoid(x);
  }
  throw Error(ErrorCode::internal, "unknown activation");
}

double GraphModule::slope_of(Activation activation) const {
  if (activation == Activation::none) return 1;
  return activation == Activation::relu ? 0 : graph_.slope();
}

torch::Tensor GraphModule::apply(const Node& node, const std::vector<torch::Tensor>& values,
                                 Mode mode, torch::ScalarType compute, BatchPart part) const {
  const auto value = [&](int i) { return values[node.inputs[i]]; };
  // Of what is rounded to integers nothing is to be lost before.
  const auto input_type = [&] {
    const auto id = static_cast<std::size_t>(&node - graph_.nodes().data());
    const bool is_quantised = !rounded_.empty() && !rounded_[id].empty() && !scales_.empty();
    return is_quantised ? torch::kFloat32 : compute;
  };
  switch (node.op) {
    case Op::change_features:
      return change_features(value(0), value(1), input_type());
    case Op::temporal_update:
      return temporal_update(value(0), value(1), value(2));
    case Op::spatial_input:
      return spatial_input(value(0), value(1), input_type());
    case Op::add_innovation:
      return add_innovation(value(0), value(1), value(2));
    case Op::update_state:
      return update_state(value(0), value(1));
    default:
      break;
  }
  const torch::Tensor x = values[node.inputs[0]].to(compute);
  switch (node.op) {
    case Op::conv:
      return activate(
          torch::conv2d(x, parameter(node, ".weight", compute), parameter(node, ".bias", compute),
                        node.stride, padding_of(node)),
          node.activation);
    case Op::subpixel_conv:
      return depth_to_space(
          torch::conv2d(x, parameter(node, ".weight", compute), parameter(node, ".bias", compute)),
          node.channels);
    case Op::transposed_conv:
      if (node.stride == 1) {
        // A plain convolution by the kernel laid the other way around.
        const torch::Tensor turned =
            parameter(node, ".weight", compute).flip({2, 3}).transpose(0, 1);
        return activate(torch::conv2d(x, turned.contiguous(torch::MemoryFormat::ChannelsLast),
                                      parameter(node, ".bias", compute), 1, padding_of(node)),
                        node.activation);
      }
      if (x.device().is_cpu() && node.activation != Activation::sigmoid) {
        return transposed_conv(x, parameter(node, ".weight", compute),
                               parameter(node, ".bias", torch::kFloat32), node.stride,
                               padding_of(node), slope_of(node.activation));
      }
      return activate(torch::conv_transpose2d(x, parameter(node, ".weight", compute),
                                              parameter(node, ".bias", compute), node.stride,
                                              padding_of(node), node.stride - 1),
                      node.activation);
    case Op::batch_norm:
      if (mode == Mode::train && x.device().is_cpu()) {
        return batch_norm_train(x, tensors_.at(node.name + ".weight"),
                                tensors_.at(node.name + ".bias"),
                                tensors_.at(node.name + ".running_mean"),
                                tensors_.at(node.name + ".running_var"), part);
      }
      return torch::batch_norm(
          x, parameter(node, ".weight", compute), parameter(node, ".bias", compute),
          tensors_.at(node.name + ".running_mean"), tensors_.at(node.name + ".running_var"),
          mode == Mode::train, kBatchNormMomentum, kBatchNormEpsilon, false);
    case Op::dense: {
      const torch::Tensor y =
          torch::linear(x.contiguous().flatten(1), parameter(node, ".weight", compute),
                        parameter(node, ".bias", compute));
      return activate(y.reshape({x.size(0), node.channels, 1, 1}), node.activation);
    }
    case Op::reshape:
      return x.contiguous()
          .reshape({x.size(0), node.channels, node.height, node.width})
          .contiguous(torch::MemoryFormat::ChannelsLast);
    case Op::add:
      return activate(x + values[node.inputs[1]].to(compute), node.activation);
    case Op::activation:
      return activate(x.clone(), node.activation);
    case Op::bias_map:
      return activate(x + parameter(node, ".bias", compute), node.activation);
    default:
      break;
  }
  throw Error(ErrorCode::internal, "unknown graph operation");
}

torch::Tensor GraphModule::forward(const torch::Tensor& in, Mode mode, torch::ScalarType compute,
                                   BatchPart part) {
  return step(in, {}, mode, compute, part).output;
}

torch::Tensor GraphModule::no_state(const torch::Tensor& in) {
  torch::Tensor state = torch::zeros({in.size(0), kStateChannels, in.size(2), in.size(3)},
                                     in.options().memory_format(torch::MemoryFormat::ChannelsLast));
  state.select(1, kStateVariance).fill_(kUnknownVariance);
  return state;
}

Step GraphModule::step(const torch::Tensor& in, const torch::Tensor& state, Mode mode,
                       torch::ScalarType compute, BatchPart part) {
  if (state.defined() != graph_.has_state())
    throw Error(ErrorCode::internal, "a graph with a past needs one, another takes none");
  std::vector<torch::Tensor> values{in};
  // A value is let go after its last reader, so that memory follows the graph's width, not its
  // depth.
  std::vector<std::size_t> last_reader(graph_.nodes().size(), 0);
  for (std::size_t i = 1; i < graph_.nodes().size(); ++i) {
    for (NodeId id : graph_.nodes()[i].inputs) last_reader[id] = i;
  }
  for (std::size_t i = 1; i < graph_.nodes().size(); ++i) {
    const Node& node = graph_.nodes()[i];
    values.push_back(node.op == Op::state ? state : apply(node, values, mode, compute, part));
    values.back() = rounded(static_cast<NodeId>(i), values.back());
    for (NodeId id : node.inputs) {
      if (last_reader[id] == i && id != graph_.output() && id != graph_.state_output())
        values[id] = torch::Tensor();
    }
  }
  Step result{values[graph_.output()].to(torch::kFloat32), {}};
  if (graph_.has_state()) result.state = values[graph_.state_output()];
  return result;
}

}  // namespace denoiseae
