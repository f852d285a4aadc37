// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/number_formats.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/native/precisions.h"
#include "kernels/direct_convolution/direct_convolution.h"
#include "net/ops.h"

namespace denoiseae {

namespace {

using Type = SampleType;

/// Returns the step of the weights of each output. taps: positions of the kernel.
std::vector<float> weight_scales(const std::vector<float>& weights, std::size_t outputs,
                                 std::size_t taps) {
  const std::size_t each = weights.size() / outputs;
  const auto pair = static_cast<float>(highest_pair());
  std::vector<float> scales;
  for (std::size_t o = 0; o < outputs; ++o) {
    const float* const of_output = weights.data() + o * each;
    float scale = 0;
    for (std::size_t i = 0; i < each; ++i) {
      scale = std::max(scale, std::abs(of_output[i]) / kHighestWeight);
      // Its pair is this tap of the next input. The last one of an odd number has none.
      if (i / taps % 2 != 0 || i + taps >= each) continue;
      const float a = of_output[i], b = of_output[i + taps];
      scale = std::max({scale, (std::max(a, 0.0f) + std::max(b, 0.0f)) / pair,
                        (std::max(-a, 0.0f) + std::max(-b, 0.0f)) / pair});
    }
    scales.push_back(scale > 0 ? scale : 1);
  }
  return scales;
}

}  // namespace

NumberFormats::NumberFormats(const Graph& graph, const NumberFormat& format)
    : exact_(format.exact),
      frame_(format.has_fixed16 ? Type::fixed16 : format.exact),
      scales_(std::max<std::size_t>(format.sets.size(), 1),
              std::vector<float>(graph.nodes().size(), 1.0f)) {
  if (!format.sets.empty()) plan_ = graph.quantisation();
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    types_.push_back(find_type(graph, id));
    if (!is_quantised(id)) continue;
    for (std::size_t set = 0; set < sets(); ++set)
      scales_[set][id] = format.sets[set].at(plan_.scale_name(id));
  }
}

Type NumberFormats::find_type(const Graph& graph, NodeId id) const {
  const std::vector<Node>& nodes = graph.nodes();
  if (is_quantised(id)) return Type::code;
  // The operations that mix frame and state do so in float32.
  if (op_info(nodes[id].op).is_float32 || (id == 0 && graph.has_state())) return Type::float32;
  if (op_info(nodes[id].op).fits_fixed16) return frame_;
  // The sums of integers go on in float32. That is also the type of every value that is added to
  // them, and of those whose sum is quantised.
  const auto adds_integers = [&](NodeId sum) {
    const Node& node = nodes[sum];
    return op_info(node.op).int8 == Int8Role::sum &&
           (is_quantised(sum) || plan_.computes_with_integers(node.inputs[0]) ||
            plan_.computes_with_integers(node.inputs[1]));
  };
  bool meets_integers = plan_.computes_with_integers(id) || adds_integers(id);
  for (NodeId sum = 0; sum < static_cast<NodeId>(nodes.size()); ++sum) {
    const std::vector<NodeId>& inputs = nodes[sum].inputs;
    const bool is_addend = std::find(inputs.begin(), inputs.end(), id) != inputs.end();
    meets_integers = meets_integers || (is_addend && adds_integers(sum));
  }
  return meets_integers ? Type::float32 : exact_;
}

/// Rounds weights as fake_quantise_weights in engine/torch/graph_ops.cpp does while a network is
/// trained; test_int8 compares the two.
Convolution NumberFormats::quantised(Convolution task, NodeId in, NodeId out) const {
  if (!is_quantised(in)) return task;
  const auto kernel = static_cast<std::size_t>(task.window.kernel);
  std::vector<float> input_steps;
  for (std::size_t set = 0; set < sets(); ++set) input_steps.push_back(scale(in, set));
  std::vector<float> steps = weight_scales(task.weights(), task.bias(0).size(), kernel * kernel);
  return with_whole_weights(std::move(task), std::move(steps), input_steps, out);
}

Convolution NumberFormats::fixed16(Convolution task, NodeId out) const {
  const std::vector<float> weights = task.weights();
  const std::size_t outputs = task.bias(0).size(), each = weights.size() / outputs;
  std::vector<float> steps;
  // Each weight may be rounded up by half a step.
  const float most = kHighestFixed16Sum - static_cast<float>(each);
  for (std::size_t o = 0; o < outputs; ++o) {
    float sum = 0, largest = 0;
    for (std::size_t i = 0; i < each; ++i) {
      const float magnitude = std::abs(weights[o * each + i]);
      sum += magnitude;
      largest = std::max(largest, magnitude);
    }
    steps.push_back(sum > 0 ? std::max(sum / most, largest / kHighestFixed16Weight) : 1);
  }
  return with_whole_weights(std::move(task), std::move(steps),
                            std::vector<float>(sets(), 1 / kFixed16Steps), out);
}

/// steps: those of the weights of each output. input_steps: for each set.
Convolution NumberFormats::with_whole_weights(Convolution task, std::vector<float> steps,
                                              const std::vector<float>& input_steps,
                                              NodeId out) const {
  const std::vector<float> bias = task.bias(0);
  std::vector<std::vector<float>> biases(sets(), bias);
  task.scales.resize(sets());
  for (std::size_t set = 0; set < sets(); ++set)
    for (std::size_t o = 0; o < bias.size(); ++o) {
      // One step of the sum of products of whole numbers. The bias is added to that sum.
      const float step = input_steps[set] * steps[o];
      task.scales[set].push_back(step / scale(out, set));
      biases[set][o] /= step;
    }
  task.bias = [biases = std::move(biases)](std::size_t set) { return biases[set]; };
  task.weights = [make = std::move(task.weights), steps = std::move(steps)] {
    std::vector<float> rounded = make();
    const std::size_t each = rounded.size() / steps.size();
    for (std::size_t i = 0; i < rounded.size(); ++i)
      rounded[i] = std::nearbyint(rounded[i] / steps[i / each]);
    return rounded;
  };
  return task;
}

}  // namespace denoiseae
