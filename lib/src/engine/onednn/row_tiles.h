// SPDX-License-Identifier: LGPL-2.1-or-later
// The rows of a part of the output in row_tiles of few rows, so that what a row_tile computes is
// still in the core's cache when the next layer reads it. No row is computed twice.
#pragma once

#include <denoiseae/export.h>

#include <vector>

#include "engine/onednn/fused_ops.h"
#include "net/graph.h"

namespace denoiseae {

/// What one row_tile does with the rows of one node.
struct TileRows {
  int oldest = 0;  ///< the first row that this row_tile or a later one reads
  RowRange fresh;  ///< what it computes; the row_tiles before have computed all rows above
};

/// So many rows of the output that the values which they need stay in the core's cache, in a
/// multiple of the graph's alignment; all rows for graphs of fixed size.
DAE_API int row_tile_height(const Graph& graph, const std::vector<Shape>& shapes);

/// For each row_tile, from the top, its rows of each node, of input and past kRowsTogether. output:
/// rows of the output, row_tile: their number in one row_tile.
DAE_API std::vector<std::vector<TileRows>> plan_row_tiles(const Graph& graph,
                                                          const std::vector<FusedOp>& fused_ops,
                                                          const std::vector<Shape>& shapes,
                                                          RowRange output, int row_tile);

}  // namespace denoiseae
