// SPDX-License-Identifier: LGPL-2.1-or-later
// Which values of a network int8 engines hold in 8 bits, and the scales that a weights file has for
// them.
#pragma once

#include <denoiseae/export.h>

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "net/graph.h"

namespace denoiseae {

/// A rounded value is held in whole steps from 0 to this.
inline constexpr int kHighestCode = 255;

/// Weights are held in whole steps from -kHighestWeight to kHighestWeight, the step being that of
/// the largest weight of each output channel.
inline constexpr int kHighestWeight = 127;

/// What one step of each rounded value stands for, by name.
using Scales = std::map<std::string, float>;

/// For each node of the graph whose value int8 engines round, the name of its scale; "" for others.
/// Those are what a convolution with relu returns, named like it, and the sum of what an upsampling
/// convolution and one before it return, after its relu, named like the former with ".sum" added.
/// An operation whose first input is rounded is computed with integers; the first ones, which read
/// frames, the past and noise levels, are not. Empty for graphs that int8 is not for: the only
/// activation between convolutions is relu, there are no other sums than those.
DAE_API std::vector<std::string> quantised_activations(const Graph& graph);

/// The scales in the entry "quantisation" of a manifest; none without the entry. Throws corrupt
/// that names what is missing, unknown or not a finite number above 0, incompatible_model for
/// scales of a graph that int8 is not for.
DAE_API Scales read_scales(const nlohmann::json& manifest, const Graph& graph);

/// The entry for a manifest. training_steps: of training with rounded values.
DAE_API nlohmann::json quantisation_entry(const Scales& scales, std::int64_t training_steps);

}  // namespace denoiseae
