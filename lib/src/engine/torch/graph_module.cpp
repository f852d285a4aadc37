// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/graph_module.h"

#include <denoiseae/error.h>

#include <cmath>
#include <limits>
#include <utility>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "noise/synthesis/random.h"

namespace denoiseae {

namespace {

std::vector<std::int64_t> dimensions(const std::vector<int>& shape) {
  return {shape.begin(), shape.end()};
}

/// Standard deviation of the weights before training.
double start_deviation(const Parameter& p) {
  if (p.init == Init::glorot) {
    double taps = 1;
    for (std::size_t i = 2; i < p.shape.size(); ++i) taps *= p.shape[i];
    return std::sqrt(2 / (taps * (p.shape[0] + p.shape[1])));
  }
  // torch::nn::Conv2d starts so. The larger deviation of He et al. keeps the scale of the values,
  // but learning takes longer to leave it behind.
  return std::sqrt(1 / (3.0 * p.fan_in));
}

/// Rounds each sample of N x ... values to whole steps of its own, from 0 to kHighestCode of them.
/// steps: N. Gradients pass where nothing is cut.
torch::Tensor rounded_by_sample(const torch::Tensor& values, const std::vector<float>& steps) {
  const torch::Tensor scales = torch::tensor(c10::ArrayRef<float>(steps)).to(values.device());
  const torch::Tensor zeros = torch::zeros_like(scales, torch::kInt32);
  return torch::fake_quantize_per_channel_affine(values, scales, zeros, 0, 0, kHighestCode);
}

}  // namespace

Tensor plain_copy(const torch::Tensor& t) {
  const torch::Tensor plain =
      t.detach().to(torch::kCPU, torch::kFloat32).contiguous(torch::MemoryFormat::Contiguous);
  const float* values = plain.data_ptr<float>();
  return {plain.sizes().vec(), {values, values + plain.numel()}};
}

GraphModule::GraphModule(const Graph& graph, std::uint64_t seed) : graph_(graph) {
  Random random(seed);
  for (const Parameter& p : graph.parameters()) {
    torch::Tensor t = torch::zeros(dimensions(p.shape));
    if (p.init == Init::one) t.fill_(1.0);
    if (p.init == Init::fan_in || p.init == Init::glorot) {
      const double deviation = start_deviation(p);
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
    : graph_(graph) {
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
    // A constant picture has the layout of those that it is added to.
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

void GraphModule::quantise_activations(const ScaleSets& sets) {
  if (!sets.empty() && !graph_.quantisation().has_int8_form())
    throw Error(ErrorCode::incompatible_model, "this network has no int8 form");
  for (const ScaleSet& set : sets) {
    for (const std::string& name : graph_.quantisation().scale_names()) {
      if (set.scales.count(name) != 0) continue;
      throw Error(ErrorCode::incompatible_model,
                  "the scale of \"" + name + "\" is missing, found those of another network");
    }
  }
  scale_sets_ = sets;
}

std::vector<double> GraphModule::levels_of(const torch::Tensor& in) const {
  if (!watch_ && scale_sets_.size() < 2) return {};
  if (in.size(1) != kPackedInputChannels)
    return std::vector<double>(in.size(0), std::numeric_limits<double>::infinity());
  const torch::Tensor highest =
      in.detach().slice(1, kPackedChannels).amax({1, 2, 3}).to(torch::kCPU, torch::kFloat64);
  std::vector<double> levels(highest.data_ptr<double>(),
                             highest.data_ptr<double>() + highest.numel());
  for (double& level : levels) level *= 255 / kNoiseLevelScale;
  return levels;
}

torch::Tensor GraphModule::fake_quantised(NodeId id, const torch::Tensor& value,
                                          const std::vector<double>& levels) const {
  if (!graph_.quantisation().is_quantised(id)) return value;
  const std::string& name = graph_.quantisation().scale_name(id);
  if (watch_) watch_(name, value, levels);
  if (scale_sets_.empty()) return value;
  const torch::Tensor exact = value.to(torch::kFloat32);
  if (scale_sets_.size() == 1) {
    return torch::fake_quantize_per_tensor_affine(exact, scale_sets_[0].scales.at(name), 0, 0,
                                                  kHighestCode);
  }
  std::vector<float> scales;
  for (const double level : levels)
    scales.push_back(scale_sets_[scale_set_for(scale_sets_, level)].scales.at(name));
  return rounded_by_sample(exact, scales);
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
    throw Error(ErrorCode::internal, "a graph with a state needs one, another takes none");
  const std::vector<Node>& nodes = graph_.nodes();
  // A value is let go after its last reader, so that memory follows the graph's width, not its
  // depth.
  std::vector<NodeId> last_reader(nodes.size(), 0);
  const auto count = static_cast<NodeId>(nodes.size());
  for (NodeId id = 1; id < count; ++id) {
    for (const NodeId in_id : nodes[id].inputs) last_reader[in_id] = id;
  }
  const PassSettings settings{mode, compute, part};
  const std::vector<double> levels = levels_of(in);
  std::vector<torch::Tensor> values;
  for (NodeId id = 0; id < count; ++id) {
    const bool integers = !scale_sets_.empty() && graph_.quantisation().computes_with_integers(id);
    const torch::Tensor value =
        compute_op({nodes[id], settings, graph_.slope(), tensors_, integers, values, in, state});
    values.push_back(fake_quantised(id, value, levels));
    for (const NodeId in_id : nodes[id].inputs) {
      if (last_reader[in_id] == id && in_id != graph_.output() && in_id != graph_.state_output())
        values[in_id] = torch::Tensor();
    }
  }
  Step result{values[graph_.output()].to(torch::kFloat32), {}};
  if (graph_.has_state()) result.state = values[graph_.state_output()];
  return result;
}

}  // namespace denoiseae
