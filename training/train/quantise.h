// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns a network that computes in float32 into one whose activations are quantised to 8 bits.
#pragma once

#include <cstdint>
#include <functional>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// Returns the step from which on activations are quantised, for the last share of the steps.
std::int64_t first_quantised_step(std::int64_t steps, double share);

/// Makes a network compute the batch of that number. Returns the mean squared error of its result
/// for each sample: N, codes from 0 to 1.
using RunBatch = std::function<torch::Tensor(int batch)>;

/// Finds for each quantised activation of the network the scale with the least squared error of
/// rounding, among a few below that which fits its largest value. The error counts relative to that
/// of the sample's result, as in the loss: where little noise is left, rounding is seen most. Each
/// batch is run twice. The network must have an int8 form; it is left as it was.
Scales find_scales(GraphModule& network, int batches, const RunBatch& run);

}  // namespace denoiseae
