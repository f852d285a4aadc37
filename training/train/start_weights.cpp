// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/start_weights.h"

#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "model/manifest.h"
#include "model/quantisation.h"
#include "model/safetensors.h"
#include "model/strict_json.h"

namespace denoiseae {

namespace {

/// Returns the name of the weights of the convolution over spatial_input; "" without one.
std::string first_over_state(const Graph& graph) {
  for (const Node& node : graph.nodes()) {
    if (node.op == Op::conv && graph.nodes()[node.inputs[0]].op == Op::spatial_input) {
      return node.name + ".weight";
    }
  }
  return "";
}

/// Turns weights (outputs, kPackedInputChannels, kernel, kernel) into weights over spatial_input.
/// The part that read the frame reads the fused planes, and all else has the weight 0. Weights that
/// start at random there would feed a trained network what it has never seen, and the network would
/// forget.
Tensor over_state(const Tensor& over_frame) {
  Tensor result{over_frame.shape, {}};
  result.shape[1] = kSpatialInputChannels;
  const auto taps = static_cast<std::size_t>(over_frame.shape[2] * over_frame.shape[3]);
  const auto outputs = static_cast<std::size_t>(over_frame.shape[0]);
  result.values.resize(outputs * kSpatialInputChannels * taps, 0.0f);
  for (std::size_t o = 0; o < outputs; ++o) {
    for (std::size_t c = 0; c < kPackedInputChannels; ++c) {
      // The noise levels left follow the fused planes and the picture.
      const std::size_t to = c < kPackedChannels ? c : c + kPackedChannels;
      std::copy_n(over_frame.values.begin() +
                      static_cast<std::ptrdiff_t>((o * kPackedInputChannels + c) * taps),
                  taps,
                  result.values.begin() +
                      static_cast<std::ptrdiff_t>((o * kSpatialInputChannels + to) * taps));
    }
  }
  return result;
}

/// Whether the shapes agree when the first counts the channels of a frame.
bool fits_frame(std::vector<std::int64_t> given, const std::vector<std::int64_t>& wanted) {
  if (given.size() != 4 || given[1] != kPackedInputChannels) return false;
  given[1] = kSpatialInputChannels;
  return given == wanted;
}

/// Returns the scales in the manifest of a weights file, if the graph rounds the same values.
ScaleSets scales_for(const Graph& graph, const TensorFile& given, const std::string& file) {
  const auto text = given.metadata.find(kManifestKey);
  if (text == given.metadata.end()) return {};
  const nlohmann::json manifest = parse_strictly(text->second, "the manifest", file);
  const nlohmann::json::json_pointer place("/quantisation/scales");
  const std::vector<std::string> names = graph.quantisation().scale_names();
  if (names.empty() || !manifest.contains(place)) return {};
  const nlohmann::json& scales = manifest.at(place);
  if (scales.size() != names.size() ||
      !std::ranges::all_of(names, [&](const std::string& name) { return scales.contains(name); }))
    return {};
  return read_scale_sets(manifest, graph.quantisation());
}

}  // namespace

ScaleSets take_weights(const std::filesystem::path& file, const Graph& graph, GraphModule& network,
                       const LogCallback& log) {
  const TensorFile given = read_safetensors(find_model(file.string()));
  const std::string first = first_over_state(graph);
  std::map<std::string, Tensor> state = network.state();
  std::size_t taken = 0;
  for (auto& [name, tensor] : state) {
    const auto found = given.tensors.find(name);
    if (found == given.tensors.end()) continue;
    if (found->second.shape == tensor.shape) {
      tensor = found->second;
    } else if (name == first && fits_frame(found->second.shape, tensor.shape)) {
      tensor = over_state(found->second);
    } else {
      continue;
    }
    ++taken;
  }
  if (taken == 0) {
    throw Error(ErrorCode::incompatible_model,
                "training.start: expected tensors with the names and shapes of this network in " +
                    file.string() + ", found none; give weights of a network like this one");
  }
  network.set_state(state);
  log(LogLevel::info, file.string() + ": " + std::to_string(taken) + " of " +
                          std::to_string(state.size()) + " tensors taken");
  return taken == state.size() ? scales_for(graph, given, file.string()) : ScaleSets();
}

}  // namespace denoiseae
