// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/fitted_graph.h"

#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

#include "layout/noise_map_layout.h"
#include "model/quantisation.h"
#include "net/architectures.h"

namespace denoiseae {

namespace {

void check_frames(const TrainConfig& config, const Graph& graph) {
  if (graph.has_state() && config.samples.frames < 2) {
    throw Error(ErrorCode::bad_argument,
                "samples.frames is " + std::to_string(config.samples.frames) +
                    ": a network with a past learns from sequences; try 5");
  }
}

void check_quantisation(const TrainConfig& config, const Graph& graph) {
  if (graph.quantisation().has_int8_form()) return;
  const auto refuse = [](const std::string& key, const std::string& off) {
    throw Error(
        ErrorCode::bad_argument,
        key + " is for architectures unet and recurrent_unet with settings.slope 0; set it to " +
            off);
  };
  if (config.quantise_share > 0) refuse("training.quantise", "0");
  if (config.find_scales) refuse("training.find_scales", "false");
}

/// Checks the sizes of the samples. A network of one size gets samples of that size.
void fix_patch_size(TrainConfig& config, const Graph& graph) {
  const int fixed = graph.input_node().width;
  if (fixed == 0) {
    int multiple = (estimates_noise(config) ? kNoiseCellSide : 2) * graph.alignment();
    if (config.noise_map_model) {
      const Graph& map = config.noise_map_model->data().graph;
      multiple = std::lcm(multiple, kNoiseCellSide * map.alignment());
    }
    bool fits =
        config.samples.patch_px % multiple == 0 && config.validation_patch_px % multiple == 0;
    for (const StageConfig& stage : config.stages) fits = fits && stage.patch_px % multiple == 0;
    if (!fits) {
      throw Error(ErrorCode::bad_argument,
                  "samples.patch_px, training.stage.patch_px and training.validation_patch_px must "
                  "be multiples of " +
                      std::to_string(multiple) + " for " +
                      (config.noise_map_model ? "this network and its noise map" : "this network"));
    }
    return;
  }
  if (graph.input_node().height != fixed) {
    throw Error(ErrorCode::bad_argument, "training needs settings.width = settings.height");
  }
  config.samples.patch_px = config.validation_patch_px = fixed;
  for (StageConfig& stage : config.stages) stage.patch_px = fixed;
  config.samples.depth = graph.input_node().channels;
}

void load_noise_map(TrainConfig& config) {
  if (config.noise_map.empty()) {
    if (config.samples.blind_share > 0)
      throw Error(ErrorCode::bad_argument,
                  "samples.blind_share needs a network that tells the levels: set "
                  "training.noise_map, or samples.blind_share to 0");
    return;
  }
  config.noise_map_model = load_model(config.noise_map);
  if (const auto part = config.noise_map_model->data().noise_map)
    config.noise_map_model = std::make_shared<const Model>(part);
  if (config.samples.domain == InputRepresentation::packed_yuv420 && !estimates_noise(config) &&
      config.noise_map_model->data().domain == InputRepresentation::noise_features)
    return;
  throw Error(ErrorCode::incompatible_model,
              "training.noise_map: expected a model of the architecture noise_map for a network on "
              "packed planes, found one of " +
                  config.noise_map_model->info().architecture + " for " + config.architecture);
}

}  // namespace

const detail::ModelData* noise_map_data(const TrainConfig& config) {
  return config.noise_map_model ? &config.noise_map_model->data() : nullptr;
}

bool estimates_noise(const TrainConfig& config) {
  return find_architecture(config.architecture).domain == InputRepresentation::noise_features;
}

Graph fitted_graph(TrainConfig& config) {
  Graph graph =
      find_architecture(config.architecture).build(nlohmann::json::parse(config.settings));
  check_frames(config, graph);
  check_quantisation(config, graph);
  load_noise_map(config);
  fix_patch_size(config, graph);
  return graph;
}

}  // namespace denoiseae
