// SPDX-License-Identifier: LGPL-2.1-or-later
#include "model/quantisation.h"

#include <denoiseae/error.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace denoiseae {

namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::corrupt, "manifest entry \"quantisation\": " + what);
}

std::vector<int> count_readers(const Graph& graph) {
  std::vector<int> readers(graph.nodes().size(), 0);
  for (const Node& node : graph.nodes()) {
    for (const NodeId in : node.inputs) ++readers[in];
  }
  return readers;
}

float scale_of(const json& scales, const std::string& name) {
  if (!scales.contains(name)) fail("the scale of \"" + name + "\" is missing");
  const json& value = scales[name];
  const float scale = value.is_number() ? value.get<float>() : 0;
  if (!(std::isfinite(scale) && scale > 0)) {
    fail("the scale of \"" + name + "\" must be a finite number above 0, found " + value.dump());
  }
  return scale;
}

}  // namespace

std::vector<std::string> quantised_activations(const Graph& graph) {
  const std::vector<Node>& nodes = graph.nodes();
  const std::vector<int> readers = count_readers(graph);
  std::vector<std::string> names(nodes.size());
  bool any = false;
  for (std::size_t id = 0; id < nodes.size(); ++id) {
    const Node& node = nodes[id];
    const auto is_quantised = [&](int i) { return !names[node.inputs[i]].empty(); };
    switch (node.op) {
      case Op::input:
      case Op::state:
        break;
      case Op::conv:
        if (node.activation == Activation::leaky_relu) return {};
        if (node.activation == Activation::relu) names[id] = node.name;
        break;
      case Op::subpixel_conv:
        // Only a sum may read it.
        if (!is_quantised(0) || readers[id] != 1) return {};
        break;
      case Op::add: {
        const Node& up = nodes[node.inputs[0]];
        // What ends the network is exact, and so is what two heads begin with.
        if (up.op == Op::conv && !is_quantised(0) && nodes[node.inputs[1]].op == Op::conv &&
            !is_quantised(1)) {
          if (node.activation == Activation::relu) names[id] = up.name + ".sum";
          if (node.activation == Activation::leaky_relu) return {};
          break;
        }
        // Others read the second input as well, so that it is there before the subpixel_conv, which
        // then takes the sum.
        const bool fits = up.op == Op::subpixel_conv && is_quantised(1) &&
                          readers[node.inputs[1]] > 1 && node.activation == Activation::relu;
        if (!fits) return {};
        names[id] = up.name + ".sum";
        break;
      }
      case Op::change_features:
      case Op::temporal_update:
      case Op::spatial_input:
      case Op::add_innovation:
      case Op::update_state:
        for (const NodeId in : node.inputs) {
          if (!names[in].empty() || nodes[in].op == Op::subpixel_conv) return {};
        }
        break;
      default:
        return {};
    }
    any = any || !names[id].empty();
    if (node.op == Op::conv && nodes[node.inputs[0]].op == Op::subpixel_conv) return {};
  }
  if (!any || !names[graph.output()].empty()) return {};
  return names;
}

Scales read_scales(const json& manifest, const Graph& graph) {
  if (!manifest.contains("quantisation")) return {};
  const json& entry = manifest["quantisation"];
  if (!entry.is_object() || !entry.contains("scales") || !entry["scales"].is_object()) {
    fail("has no object \"scales\"");
  }
  const std::vector<std::string> names = quantised_activations(graph);
  if (names.empty()) {
    throw Error(ErrorCode::incompatible_model,
                "manifest entry \"quantisation\": this network has no int8 form; int8 is for "
                "U-Nets with slope 0");
  }
  Scales scales;
  for (const std::string& name : names) {
    if (!name.empty()) scales[name] = scale_of(entry["scales"], name);
  }
  for (const auto& [name, value] : entry["scales"].items()) {
    if (scales.count(name) == 0) fail("\"" + name + "\" is no value of this network");
  }
  return scales;
}

json quantisation_entry(const Scales& scales, std::int64_t training_steps) {
  return {{"scales", scales}, {"training_steps", training_steps}};
}

}  // namespace denoiseae
