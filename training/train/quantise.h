// SPDX-License-Identifier: LGPL-2.1-or-later
// From a network that computes in float32 to one whose values are rounded to 8 bits.
#pragma once

#include <cstdint>
#include <functional>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// The step from which on values are rounded, for the last share of the steps.
std::int64_t first_quantised_step(std::int64_t steps, double share);

/// For each rounded value of the network the scale, of a few below that which fits its largest,
/// with the least squared error of rounding. run: makes the network compute what the scales are
/// for; called twice. The network must have an int8 form; it is left as it was.
Scales find_scales(GraphModule& network, const std::function<void()>& run);

}  // namespace denoiseae
