// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>

#include <filesystem>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// Overwrites the tensors of the network of graph that the weights file, or the model of that name,
/// has with the same name and shape, and logs how many. A recurrent network also takes the first
/// convolution of a network for single frames: it then sees the recurrent state where that saw the
/// frame, and returns the same for a first frame. Returns the scales with which the file's network
/// computes as int8 engines do; none when it has none or when not all tensors came from it. Throws
/// incompatible_model when nothing fits, and what reading the file throws.
ScaleSets take_weights(const std::filesystem::path& file, const Graph& graph, GraphModule& network,
                       const LogCallback& log);

}  // namespace denoiseae
