// SPDX-License-Identifier: LGPL-2.1-or-later
// Networks in memory, for tests of engines.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "model/model_data.h"
#include "support/slow_graph.h"

namespace denoiseae::test {

/// Returns a model with random weights that keep the size of the values from layer to layer, as
/// trained weights do. A tolerance then means the same for every graph.
inline detail::ModelData level_model(const Graph& graph, std::uint32_t seed) {
  detail::ModelData model;
  model.graph = graph;
  model.tensors = random_tensors(graph, seed);
  for (auto& [name, tensor] : model.tensors) {
    if (!name.ends_with(".weight")) continue;
    float scale = 1;
    if (tensor.shape.size() > 1) {
      const auto inputs =
          static_cast<float>(tensor.values.size()) / static_cast<float>(tensor.shape[0]);
      scale = std::sqrt(24 / inputs);
    }
    for (float& v : tensor.values) v = v * scale + (tensor.shape.size() == 1 ? 1.0f : 0.0f);
  }
  return model;
}

using Picture = std::vector<float>;

/// Returns random values from -0.5 to 0.5.
inline Picture random_picture(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  Picture values(count);
  for (float& v : values) v = static_cast<float>(random()) / 4294967296.0f - 0.5f;
  return values;
}

}  // namespace denoiseae::test
