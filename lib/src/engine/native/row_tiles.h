// SPDX-License-Identifier: LGPL-2.1-or-later
// The output is computed in row tiles, a few rows at a time, so that the rows of one layer are
// still in the core's cache when the next layer reads them. No row is computed twice.
#pragma once

#include <vector>

#include "engine/native/fused_ops.h"
#include "net/graph.h"

namespace denoiseae {

/// The rows of one node in one row tile.
struct TileRows {
  int oldest = 0;  ///< the first row that this tile or a later one reads
  RowRange fresh;  ///< the rows that it computes; the tiles before have computed all rows above
};

/// The number of output rows in a tile, a multiple of the graph's alignment. The values that they
/// need stay in the core's cache. Graphs of fixed size have one tile.
int row_tile_height(const Graph& graph, const std::vector<Shape>& shapes);

/// For each row tile, from the top, its rows of each node. Rows of the input and the state come in
/// groups of kRowsTogether. output: the rows of the output. row_tile: their number in one tile.
std::vector<std::vector<TileRows>> plan_row_tiles(const Graph& graph,
                                                  const std::vector<FusedOp>& fused_ops,
                                                  const std::vector<Shape>& shapes, RowRange output,
                                                  int row_tile);

}  // namespace denoiseae
