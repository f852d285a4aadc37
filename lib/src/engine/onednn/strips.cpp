// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/onednn/strips.h"

#include <algorithm>

#include "engine/row_stream.h"

namespace denoiseae {

namespace {

/// Of the values of all nodes, 4 bytes each: some 10 rows of a 1280x720 frame for the balanced
/// model, of which at most a few hundred KiB are read by the next step. Half as much is slower,
/// twice as much no faster.
constexpr std::size_t kStripBytes = std::size_t{8} << 20;

/// For each node the first row that a stage reads which has yet to compute the rows from done on.
std::vector<int> oldest_read(const Graph& graph, const std::vector<Stage>& stages,
                             const std::vector<Shape>& shapes, const std::vector<Rows>& needed,
                             const std::vector<int>& done) {
  std::vector<int> oldest = done;
  const auto read = [&](NodeId id, int row) { oldest[id] = std::min(oldest[id], row); };
  for (const Stage& stage : stages) {
    const int next = done[stage.value];
    if (next >= needed[stage.value].end) continue;
    each_input(graph, stage, [&](NodeId id, const Node& reader, int input) {
      read(id, rows_read(reader, {next, next + 1}, shapes[id], input).begin);
    });
  }
  return oldest;
}

Rows together(Rows rows, int height) {
  const int end = (rows.end + kRowsTogether - 1) / kRowsTogether * kRowsTogether;
  return {rows.begin / kRowsTogether * kRowsTogether, std::min(height, end)};
}

/// The first strip reads many rows more than it has. So many rows of output above it, if there were
/// any, would let them come strip by strip, so that memory is for no more at a time. 0 where the
/// picture is too low for that.
int rows_before(const Graph& graph, const std::vector<Shape>& shapes,
                const std::vector<Rows>& first, int strip) {
  for (std::size_t id = 0; id < shapes.size(); ++id)
    if (first[id].end >= shapes[id].height) return 0;
  return (graph.receptive_field() / 2 + strip - 1) / strip * strip;
}

}  // namespace

int strip_height(const Graph& graph, const std::vector<Shape>& shapes) {
  const int height = shapes[graph.output()].height;
  if (graph.input_node().height != 0 || graph.receptive_field() == 0) return height;
  std::size_t values = 0;
  for (const Shape& shape : shapes) {
    values += static_cast<std::size_t>(shape.channels) * shape.width * shape.height;
  }
  const std::size_t row_bytes = sizeof(float) * values / static_cast<std::size_t>(height);
  const int unit = graph.alignment();
  return std::max(1, static_cast<int>(kStripBytes / row_bytes) / unit) * unit;
}

std::vector<std::vector<StripRows>> plan_strips(const Graph& graph,
                                                const std::vector<Stage>& stages,
                                                const std::vector<Shape>& shapes, Rows output,
                                                int strip) {
  const auto together_at = [&](std::vector<Rows>& rows) {
    rows[0] = together(rows[0], shapes[0].height);
    if (graph.has_past()) {
      Rows& past = rows[graph.past_input()];
      past = together(past, shapes[0].height);
    }
  };
  const auto rows_for = [&](Rows part) {
    std::vector<Rows> rows = rows_needed(graph, stages, shapes, part);
    together_at(rows);
    return rows;
  };
  const std::vector<Rows> needed = rows_for(output);
  const std::vector<Rows> first =
      rows_for({output.begin, std::min(output.end, output.begin + strip)});
  // Of a strip that lies so far above the first one and has no output.
  const auto rows_above = [&](int distance) {
    std::vector<Rows> rows = first;
    for (std::size_t id = 0; id < rows.size(); ++id)
      rows[id].end -= distance * shapes[id].height / shapes[graph.output()].height;
    together_at(rows);
    return rows;
  };
  std::vector<int> done;
  for (const Rows& rows : needed) done.push_back(rows.begin);
  std::vector<std::vector<StripRows>> strips;
  for (int y = output.begin - rows_before(graph, shapes, first, strip); y < output.end;
       y += strip) {
    const std::vector<Rows> wanted = y < output.begin
                                         ? rows_above(output.begin - y)
                                         : rows_for({y, std::min(output.end, y + strip)});
    std::vector<int> oldest = oldest_read(graph, stages, shapes, needed, done);
    // Who takes the output gets the same rows of the input.
    oldest[0] = std::min(oldest[0], std::max(y, output.begin));
    std::vector<StripRows> rows(needed.size());
    for (std::size_t id = 0; id < needed.size(); ++id) {
      rows[id] = {oldest[id], {done[id], std::max(done[id], wanted[id].end)}};
      done[id] = rows[id].fresh.end;
    }
    strips.push_back(std::move(rows));
  }
  return strips;
}

}  // namespace denoiseae
