// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/fitted_graph.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>
#include <string>

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
  if (config.quantise_share > 0 && !graph.quantisation().has_int8_form()) {
    throw Error(
        ErrorCode::bad_argument,
        "training.quantise is for architectures unet and recurrent_unet with settings.slope "
        "0; set it to 0");
  }
}

/// Checks the sizes of the samples. A network of one size gets samples of that size.
void fix_patch_size(TrainConfig& config, const Graph& graph) {
  const int fixed = graph.input_node().width;
  if (fixed == 0) {
    const int multiple = 2 * graph.alignment();
    bool fits =
        config.samples.patch_px % multiple == 0 && config.validation_patch_px % multiple == 0;
    for (const StageConfig& stage : config.stages) fits = fits && stage.patch_px % multiple == 0;
    if (!fits) {
      throw Error(ErrorCode::bad_argument,
                  "samples.patch_px, training.stage.patch_px and training.validation_patch_px must "
                  "be multiples of " +
                      std::to_string(multiple) + " for this network");
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

}  // namespace

Graph fitted_graph(TrainConfig& config) {
  Graph graph =
      find_architecture(config.architecture).build(nlohmann::json::parse(config.settings));
  check_frames(config, graph);
  check_quantisation(config, graph);
  fix_patch_size(config, graph);
  return graph;
}

}  // namespace denoiseae
