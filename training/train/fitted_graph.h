// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "net/graph.h"
#include "train/config.h"

namespace denoiseae {

/// Builds the network of a configuration and makes the sizes of the samples those that it takes.
/// Throws bad_argument where they do not go together, and what building the graph throws.
Graph fitted_graph(TrainConfig& config);

}  // namespace denoiseae
