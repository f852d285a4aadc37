// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/model.h>

#include <atomic>
#include <map>
#include <memory>
#include <string>

#include "layout/noise_floor.h"
#include "model/quantisation.h"
#include "model/safetensors.h"
#include "net/architectures.h"

namespace denoiseae::detail {

/// A checked model: what its file says, the graph, and a tensor for every parameter of the graph.
struct ModelData {
  ModelInfo info;
  InputRepresentation domain = InputRepresentation::packed_yuv420;
  Graph graph;
  std::map<std::string, Tensor> tensors;
  ScaleSets scale_sets;    ///< for int8, of each quantised activation; empty: cannot run in int8
  NoiseFloor noise_floor;  ///< only for networks of the domain packed_yuv420
  /// The network that estimates the noise for this one; null: there is none.
  std::shared_ptr<const ModelData> noise_map;
  /// Whether the results of the networks are known to be finite, which takes an engine. Denoisers
  /// that share the model check it once. Nothing else of a model changes.
  std::shared_ptr<std::atomic<bool>> is_finite = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace denoiseae::detail
