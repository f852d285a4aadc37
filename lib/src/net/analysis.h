// SPDX-License-Identifier: LGPL-2.1-or-later
// Sizes, cost and reach of the values of a graph, as they follow from its nodes.
#pragma once

#include <vector>

#include "net/geometry.h"
#include "net/node.h"

namespace denoiseae {

/// Shapes of all nodes for an input of height x width. Throws bad_argument where a node of one size
/// gets another, internal where the inputs of a node do not fit together.
std::vector<Shape> shapes_of(const std::vector<Node>& nodes, int height, int width);

/// The part of the input that each node depends on.
std::vector<Reach> reaches_of(const std::vector<Node>& nodes);

/// The smallest input on which every node has a whole number of positions: the largest total
/// stride.
int alignment_of(const std::vector<Node>& nodes);

/// Multiplications for one picture. shapes: of all nodes.
double macs_of(const std::vector<Node>& nodes, const std::vector<Shape>& shapes);

}  // namespace denoiseae
