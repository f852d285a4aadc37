// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of a part of the output in strips of few rows, so that what a strip computes is still in
// the core's cache when the next layer reads it. No row is computed twice.
#pragma once

#include <denoiseae/export.h>

#include <vector>

#include "engine/onednn/stages.h"
#include "net/graph.h"

namespace denoiseae {

/// What one strip does with the rows of one node.
struct StripRows {
  int oldest = 0;  ///< the first row that this strip or a later one reads
  Rows fresh;      ///< what it computes; the strips before have computed all rows above
};

/// So many rows of the output that the values which they need stay in the core's cache, in a
/// multiple of the graph's alignment; all rows for graphs of fixed size.
DAE_API int strip_height(const Graph& graph, const std::vector<Shape>& shapes);

/// For each strip, from the top, its rows of each node, of input and past kRowsTogether. output:
/// rows of the output, strip: their number in one strip.
DAE_API std::vector<std::vector<StripRows>> plan_strips(const Graph& graph,
                                                        const std::vector<Stage>& stages,
                                                        const std::vector<Shape>& shapes,
                                                        Rows output, int strip);

}  // namespace denoiseae
