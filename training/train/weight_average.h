// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// Moves the average of the weights of a network over its steps towards those after one more step;
/// old weights fade by decay per step. The average of a young run, steps steps old before this one,
/// forgets faster, so that it does not remember the first random weights. average: of the same
/// graph.
inline void average_weights(GraphModule& average, const GraphModule& network, double decay,
                            std::int64_t steps) {
  const torch::NoGradGuard no_grad;
  const auto age = static_cast<double>(steps);
  const double kept = std::min(decay, (1 + age) / (10 + age));
  for (const auto& [name, weights] : network.tensors()) {
    torch::Tensor mean = average.tensors().at(name);
    mean.lerp_(weights, 1 - kept);
  }
}

}  // namespace denoiseae
