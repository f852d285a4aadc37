// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns a network that computes in float32 into one whose activations are quantised to 8 bits.
#pragma once

#include <cstdint>
#include <functional>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// Returns the step from which on activations are quantised, for the last share of the steps.
std::int64_t first_quantised_step(std::int64_t steps, double share);

/// Finds for each quantised activation of the network the scale with the least squared error of
/// rounding, among a few below that which fits its largest value, and does so for weak and for
/// strong noise, as far as the samples hold either. Of the samples' errors it is the mean of the
/// logarithms, as in the loss, so that those with large values count no more than others. run:
/// makes the network compute samples; called twice, and must do the same. The network must have an
/// int8 form; it is left as it was.
ScaleSets find_scales(GraphModule& network, const std::function<void()>& run);

}  // namespace denoiseae
