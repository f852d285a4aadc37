// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/row_tiles.h"

#include <algorithm>

#include "engine/rows.h"

namespace denoiseae {

namespace {

/// The memory for the rows that one row tile computes of all nodes, at 4 bytes a value. At
/// 1280x720 and above a tile of a denoiser is then as low as the graph allows, and those of the
/// noise map take little. Two and four times as much was no faster.
constexpr std::size_t kRowTileBytes = std::size_t{2} << 20;

/// For each node the first row that is still read by an operation whose own rows from `done` on are
/// yet to be computed.
std::vector<int> oldest_read(const Graph& graph, const std::vector<FusedOp>& fused_ops,
                             const std::vector<Shape>& shapes, const std::vector<RowRange>& needed,
                             const std::vector<int>& done) {
  std::vector<int> oldest = done;
  const auto read = [&](NodeId id, int row) { oldest[id] = std::min(oldest[id], row); };
  for (const FusedOp& fused : fused_ops) {
    const int next = done[fused.value];
    if (next >= needed[fused.value].end) continue;
    each_input(graph, fused, [&](NodeId id, const Node& reader, int input) {
      read(id, rows_read(reader, {next, next + 1}, shapes[id], input).begin);
    });
  }
  return oldest;
}

RowRange together(RowRange rows, int height) {
  const int end = (rows.end + kRowsTogether - 1) / kRowsTogether * kRowsTogether;
  return {rows.begin / kRowsTogether * kRowsTogether, std::min(height, end)};
}

/// The first row tile would have to compute many more rows than the others, half the receptive
/// field below its own, and all buffers would have to hold them. Therefore the tiles start this
/// many rows above the output: the first ones compute no output, only the rows that later ones
/// read. 0 where the picture is too low for that.
int rows_before(const Graph& graph, const std::vector<Shape>& shapes,
                const std::vector<RowRange>& first, int row_tile) {
  for (std::size_t id = 0; id < shapes.size(); ++id)
    if (first[id].end >= shapes[id].height) return 0;
  return (graph.receptive_field() / 2 + row_tile - 1) / row_tile * row_tile;
}

}  // namespace

int row_tile_height(const Graph& graph, const std::vector<Shape>& shapes) {
  const int height = shapes[graph.output()].height;
  if (graph.input_node().height != 0 || graph.receptive_field() == 0) return height;
  std::size_t values = 0;
  for (const Shape& shape : shapes) {
    values += static_cast<std::size_t>(shape.channels) * shape.width * shape.height;
  }
  const std::size_t row_bytes = sizeof(float) * values / static_cast<std::size_t>(height);
  const int unit = graph.alignment();
  return std::max(1, static_cast<int>(kRowTileBytes / row_bytes) / unit) * unit;
}

std::vector<std::vector<TileRows>> plan_row_tiles(const Graph& graph,
                                                  const std::vector<FusedOp>& fused_ops,
                                                  const std::vector<Shape>& shapes, RowRange output,
                                                  int row_tile) {
  const auto together_at = [&](std::vector<RowRange>& rows) {
    rows[0] = together(rows[0], shapes[0].height);
    if (graph.has_state()) {
      RowRange& state = rows[graph.state_input()];
      state = together(state, shapes[0].height);
    }
  };
  const auto rows_for = [&](RowRange part) {
    std::vector<RowRange> rows = rows_needed(graph, fused_ops, shapes, part);
    together_at(rows);
    return rows;
  };
  const std::vector<RowRange> needed = rows_for(output);
  const std::vector<RowRange> first =
      rows_for({output.begin, std::min(output.end, output.begin + row_tile)});
  // The rows that are wanted by a tile without output, so far above the first one with output.
  const auto rows_above = [&](int distance) {
    std::vector<RowRange> rows = first;
    for (std::size_t id = 0; id < rows.size(); ++id)
      rows[id].end -= distance * shapes[id].height / shapes[graph.output()].height;
    together_at(rows);
    return rows;
  };
  std::vector<int> done;
  for (const RowRange& rows : needed) done.push_back(rows.begin);
  std::vector<std::vector<TileRows>> row_tiles;
  for (int y = output.begin - rows_before(graph, shapes, first, row_tile); y < output.end;
       y += row_tile) {
    const std::vector<RowRange> wanted = y < output.begin
                                             ? rows_above(output.begin - y)
                                             : rows_for({y, std::min(output.end, y + row_tile)});
    std::vector<int> oldest = oldest_read(graph, fused_ops, shapes, needed, done);
    // The caller gets the same rows of the input together with those of the output.
    if (shapes[0].height == shapes[graph.output()].height)
      oldest[0] = std::min(oldest[0], std::max(y, output.begin));
    std::vector<TileRows> rows(needed.size());
    for (std::size_t id = 0; id < needed.size(); ++id) {
      rows[id] = {oldest[id], {done[id], std::max(done[id], wanted[id].end)}};
      done[id] = rows[id].fresh.end;
    }
    row_tiles.push_back(std::move(rows));
  }
  return row_tiles;
}

}  // namespace denoiseae
