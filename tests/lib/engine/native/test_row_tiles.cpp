// SPDX-License-Identifier: LGPL-2.1-or-later
// Which rows of each value the row_tiles of a picture compute and keep.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/native/line_buffer.h"
#include "engine/native/row_tiles.h"
#include "engine/rows.h"
#include "net/architectures.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kHeight = 200;
constexpr int kWidth = 24;

std::vector<Graph> graphs() {
  const auto build = [](const char* name, const nlohmann::json& settings) {
    return find_architecture(name).build(settings);
  };
  return {build("unet", nlohmann::json::object()), build("unet", {{"skip", 3}}),
          build("recurrent_unet", nlohmann::json::object()),
          build("recurrent_unet", {{"skip", 1}, {"frame", 3}, {"encoder", {0, 2, 1}}}),
          build("recurrent_unet", {{"residual", 1}, {"encoder", {2, 2, 0}}, {"decoder", {2, 0}}})};
}

bool holds(const TileRows& rows, RowRange wanted) {
  return rows.oldest <= wanted.begin && wanted.end <= rows.fresh.end;
}

}  // namespace

START_TEST(test_each_row_is_computed_once_and_there_when_it_is_read) {
  for (const Graph& graph : graphs())
    for (const RowRange output :
         {RowRange{0, kHeight}, RowRange{0, 72}, RowRange{64, 136}, RowRange{120, kHeight}})
      for (const int height : {4, 8, 20, kHeight}) {
        const std::vector<FusedOp> fused_ops = fuse(graph);
        const std::vector<Shape> shapes = graph.shapes(kHeight, kWidth);
        const auto row_tiles = plan_row_tiles(graph, fused_ops, shapes, output, height);
        ck_assert_uint_ge(row_tiles.size(), (output.count() + height - 1) / height);
        std::vector<TileRows> before = row_tiles.front();
        for (TileRows& rows : before) rows.fresh = {rows.fresh.begin, rows.fresh.begin};
        for (const auto& row_tile : row_tiles) {
          for (std::size_t id = 0; id < row_tile.size(); ++id) {
            ck_assert_int_eq(row_tile[id].fresh.begin, before[id].fresh.end);
            ck_assert_int_le(row_tile[id].oldest, row_tile[id].fresh.begin);
            // A row that was let go does not come back.
            ck_assert_int_ge(row_tile[id].oldest, before[id].oldest);
          }
          for (const FusedOp& fused : fused_ops) {
            const RowRange fresh = row_tile[fused.value].fresh;
            if (fresh.count() == 0) continue;
            each_input(graph, fused, [&](NodeId id, const Node& reader, int input) {
              ck_assert(holds(row_tile[id], rows_read(reader, fresh, shapes[id], input)));
            });
          }
          const RowRange written = row_tile[graph.output()].fresh;
          ck_assert(written.count() == 0 || holds(row_tile[0], written));
          before = row_tile;
        }
        ck_assert(before[graph.output()].fresh.end == output.end);
        ck_assert(row_tiles.front()[graph.output()].fresh.begin == output.begin);
      }
}
END_TEST

START_TEST(test_input_and_past_come_in_groups) {
  const Graph graph = find_architecture("recurrent_unet").build(nlohmann::json::object());
  const std::vector<Shape> shapes = graph.shapes(kHeight - 4, kWidth);
  for (const auto& row_tile : plan_row_tiles(graph, fuse(graph), shapes, {52, kHeight - 4}, 4))
    for (const NodeId id : {0, graph.state_input()}) {
      const RowRange rows = row_tile[id].fresh;
      if (rows.count() == 0) continue;
      ck_assert_int_eq(rows.begin % kRowsTogether, 0);
      ck_assert(rows.end % kRowsTogether == 0 || rows.end == kHeight - 4);
    }
}
END_TEST

// The output of a noise map has fewer rows than its input.
START_TEST(test_rows_of_the_input_are_let_go) {
  constexpr int kCells = 768;
  const Graph graph = find_architecture("noise_map").build(nlohmann::json::object());
  const std::vector<Shape> shapes = graph.shapes(kCells, kWidth * 2);
  const int rows = shapes[graph.output()].height;
  for (const RowRange output : {RowRange{0, rows}, RowRange{rows / 2, rows}})
    for (const auto& row_tile : plan_row_tiles(graph, fuse(graph), shapes, output, 16))
      ck_assert_int_le(row_tile[0].fresh.begin - row_tile[0].oldest, graph.receptive_field());
}
END_TEST

START_TEST(test_no_strip_reads_many_more_rows_than_the_others) {
  constexpr int kRowTile = 8;
  for (const Graph& graph : graphs()) {
    const std::vector<Shape> shapes = graph.shapes(kHeight, kWidth);
    for (const RowRange output : {RowRange{0, kHeight}, RowRange{64, 136}})
      for (const auto& row_tile : plan_row_tiles(graph, fuse(graph), shapes, output, kRowTile)) {
        ck_assert_int_le(row_tile[graph.output()].fresh.count(), kRowTile);
        ck_assert_int_le(row_tile[0].fresh.count(), 4 * kRowTile);
      }
  }
}
END_TEST

// Writes to each row of each value its number, and reads them back while they are wanted.
START_TEST(test_windows_hold_the_rows_that_are_read_again) {
  const Graph graph = find_architecture("recurrent_unet").build(nlohmann::json::object());
  Weights weights;
  const RowBand shape{.channels = 3, .width = 5};
  std::size_t bytes[2] = {};
  for (const RowRange output : {RowRange{0, kHeight}, RowRange{64, 136}})
    for (const int together : {0, 1, kRowsTogether}) {
      const auto row_tiles =
          plan_row_tiles(graph, fuse(graph), graph.shapes(kHeight, kWidth), output, 4);
      std::vector<TileRows> rows;
      for (const auto& row_tile : row_tiles) rows.push_back(row_tile[graph.state_input()]);
      PlanBuilder builder{weights, 0, {}, {}};
      LineBuffer line_buffer(builder, shape, rows, together);
      const std::size_t size = builder.allocations.front().bytes;
      bytes[together != 0] = size;
      std::vector<char> arena(size);
      const Addresses addresses{arena.data(), &builder.allocations, nullptr, nullptr};
      for (const TileRows& row_tile : rows) {
        builder.calls.clear();
        const RowBand fresh = line_buffer.advance(builder, row_tile);
        for (const KernelCall& step : builder.calls) step.run(addresses);
        ck_assert(fresh.rows == row_tile.fresh);
        for (int y = row_tile.fresh.begin; y < row_tile.fresh.end; ++y)
          std::fill_n(row_of<float>(addresses, fresh, y), shape.row_values(), y);
        each_contiguous(fresh, [&](const RowBand& allocation) {
          const RowRange part = allocation.rows;
          ck_assert(together <= 1 || part.begin % together == 0);
          ck_assert_ptr_eq(row_of<float>(addresses, allocation, part.end - 1),
                           row_of<float>(addresses, allocation, part.begin) +
                               (part.count() - 1) * shape.row_values());
        });
        const RowBand& held = line_buffer.held();
        for (int y = row_tile.oldest; y < row_tile.fresh.end; ++y) {
          const float* row = row_of<float>(addresses, held, y);
          for (std::size_t i = 0; i < shape.row_values(); ++i) ck_assert_float_eq(row[i], y);
        }
        const char* end = addresses.of(held.row(row_tile.fresh.end - 1)) + shape.row_bytes();
        ck_assert(end <= arena.data() + size);
      }
    }
  ck_assert_uint_lt(bytes[1], bytes[0]);
}
END_TEST

START_TEST(test_low_strips_of_wide_pictures_and_one_of_fixed_sizes) {
  const Graph graph = find_architecture("recurrent_unet").build(nlohmann::json::object());
  const auto height_at = [&](int width) {
    return row_tile_height(graph, graph.shapes(kHeight, width));
  };
  ck_assert_int_eq(height_at(16384), graph.alignment());
  ck_assert_int_gt(height_at(160), height_at(640));
  ck_assert_int_eq(height_at(160) % graph.alignment(), 0);
  const Graph fixed = find_architecture("paper").build(nlohmann::json::object());
  ck_assert_int_eq(row_tile_height(fixed, fixed.shapes(28, 28)), 28);
}
END_TEST

int main() {
  return run_suite("strips", {test_each_row_is_computed_once_and_there_when_it_is_read,
                              test_input_and_past_come_in_groups, test_rows_of_the_input_are_let_go,
                              test_no_strip_reads_many_more_rows_than_the_others,
                              test_windows_hold_the_rows_that_are_read_again,
                              test_low_strips_of_wide_pictures_and_one_of_fixed_sizes});
}
