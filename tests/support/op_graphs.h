// SPDX-License-Identifier: LGPL-2.1-or-later
// Graphs that hold a certain operation, for tests that go through all operations.
#pragma once

#include <vector>

#include "net/graph.h"

namespace denoiseae::test {

struct OpGraph {
  Graph graph;
  int height = 0;  ///< the size of an input that it takes
  int width = 0;
};

/// Several graphs around the operation, which vary all that matters for it: activations, kernels,
/// strides, and numbers of channels that are multiples of nothing.
std::vector<OpGraph> graphs_with(Op op);

}  // namespace denoiseae::test
