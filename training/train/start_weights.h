// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/log.h>

#include <filesystem>

#include "engine/torch/graph_module.h"

namespace denoiseae {

/// Overwrites the tensors of the network that the weights file has with the same name and shape,
/// and logs how many. Throws incompatible_model when there are none, and what reading the file
/// throws.
void take_weights(const std::filesystem::path& file, GraphModule& network, const LogCallback& log);

}  // namespace denoiseae
