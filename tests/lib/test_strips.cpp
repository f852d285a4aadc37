// SPDX-License-Identifier: LGPL-2.1-or-later
// Which rows of each value the strips of a picture compute and keep.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/onednn/strips.h"
#include "engine/onednn/window.h"
#include "engine/row_stream.h"
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

bool holds(const StripRows& rows, Rows wanted) {
  return rows.oldest <= wanted.begin && wanted.end <= rows.fresh.end;
}

}  // namespace

START_TEST(test_each_row_is_computed_once_and_there_when_it_is_read) {
  for (const Graph& graph : graphs())
    for (const Rows output : {Rows{0, kHeight}, Rows{0, 72}, Rows{64, 136}, Rows{120, kHeight}})
      for (const int height : {4, 8, 20, kHeight}) {
        const std::vector<Stage> stages = fuse(graph);
        const std::vector<Shape> shapes = graph.shapes(kHeight, kWidth);
        const auto strips = plan_strips(graph, stages, shapes, output, height);
        ck_assert_uint_ge(strips.size(), (output.count() + height - 1) / height);
        std::vector<StripRows> before = strips.front();
        for (StripRows& rows : before) rows.fresh = {rows.fresh.begin, rows.fresh.begin};
        for (const auto& strip : strips) {
          for (std::size_t id = 0; id < strip.size(); ++id) {
            ck_assert_int_eq(strip[id].fresh.begin, before[id].fresh.end);
            ck_assert_int_le(strip[id].oldest, strip[id].fresh.begin);
            // What was let go does not come back.
            ck_assert_int_ge(strip[id].oldest, before[id].oldest);
          }
          for (const Stage& stage : stages) {
            const Rows fresh = strip[stage.value].fresh;
            if (fresh.count() == 0) continue;
            each_input(graph, stage, [&](NodeId id, const Node& reader, int input) {
              ck_assert(holds(strip[id], rows_read(reader, fresh, shapes[id], input)));
            });
          }
          const Rows written = strip[graph.output()].fresh;
          ck_assert(written.count() == 0 || holds(strip[0], written));
          before = strip;
        }
        ck_assert(before[graph.output()].fresh.end == output.end);
        ck_assert(strips.front()[graph.output()].fresh.begin == output.begin);
      }
}
END_TEST

START_TEST(test_input_and_past_come_in_groups) {
  const Graph graph = find_architecture("recurrent_unet").build(nlohmann::json::object());
  const std::vector<Shape> shapes = graph.shapes(kHeight - 4, kWidth);
  for (const auto& strip : plan_strips(graph, fuse(graph), shapes, {52, kHeight - 4}, 4))
    for (const NodeId id : {0, graph.past_input()}) {
      const Rows rows = strip[id].fresh;
      if (rows.count() == 0) continue;
      ck_assert_int_eq(rows.begin % kRowsTogether, 0);
      ck_assert(rows.end % kRowsTogether == 0 || rows.end == kHeight - 4);
    }
}
END_TEST

START_TEST(test_no_strip_reads_many_more_rows_than_the_others) {
  constexpr int kStrip = 8;
  for (const Graph& graph : graphs()) {
    const std::vector<Shape> shapes = graph.shapes(kHeight, kWidth);
    for (const Rows output : {Rows{0, kHeight}, Rows{64, 136}})
      for (const auto& strip : plan_strips(graph, fuse(graph), shapes, output, kStrip)) {
        ck_assert_int_le(strip[graph.output()].fresh.count(), kStrip);
        ck_assert_int_le(strip[0].fresh.count(), 4 * kStrip);
      }
  }
}
END_TEST

// Writes to each row of each value its number, and reads them back while they are wanted.
START_TEST(test_windows_hold_the_rows_that_are_read_again) {
  const Graph graph = find_architecture("recurrent_unet").build(nlohmann::json::object());
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  Weights weights(engine);
  const Band shape{.channels = 3, .width = 5};
  std::size_t bytes[2] = {};
  for (const Rows output : {Rows{0, kHeight}, Rows{64, 136}})
    for (const int together : {0, 1, kRowsTogether}) {
      const auto strips = plan_strips(graph, fuse(graph), graph.shapes(kHeight, kWidth), output, 4);
      std::vector<StripRows> rows;
      for (const auto& strip : strips) rows.push_back(strip[graph.past_input()]);
      Draft draft{engine, dnnl::stream(engine), weights, 0, {}, {}};
      Window window(draft, shape, rows, together);
      const std::size_t size = draft.pieces.front().bytes;
      bytes[together != 0] = size;
      std::vector<char> arena(size);
      const Addresses addresses{arena.data(), &draft.pieces, nullptr};
      for (const StripRows& strip : rows) {
        draft.steps.clear();
        const Band fresh = window.advance(draft, strip);
        for (const Step& step : draft.steps) step.run(addresses);
        ck_assert(fresh.rows == strip.fresh);
        for (int y = strip.fresh.begin; y < strip.fresh.end; ++y)
          std::fill_n(row_of<float>(addresses, fresh, y), shape.row_values(), y);
        each_piece(fresh, [&](const Band& piece) {
          const Rows part = piece.rows;
          ck_assert(together <= 1 || part.begin % together == 0);
          ck_assert_ptr_eq(row_of<float>(addresses, piece, part.end - 1),
                           row_of<float>(addresses, piece, part.begin) +
                               (part.count() - 1) * shape.row_values());
        });
        const Band& held = window.held();
        for (int y = strip.oldest; y < strip.fresh.end; ++y) {
          const float* row = row_of<float>(addresses, held, y);
          for (std::size_t i = 0; i < shape.row_values(); ++i) ck_assert_float_eq(row[i], y);
        }
        const char* end = addresses.of(held.row(strip.fresh.end - 1)) + shape.row_bytes();
        ck_assert(end <= arena.data() + size);
      }
    }
  ck_assert_uint_lt(bytes[1], bytes[0]);
}
END_TEST

START_TEST(test_low_strips_of_wide_pictures_and_one_of_fixed_sizes) {
  const Graph graph = find_architecture("recurrent_unet").build(nlohmann::json::object());
  const auto height_at = [&](int width) {
    return strip_height(graph, graph.shapes(kHeight, width));
  };
  ck_assert_int_eq(height_at(16384), graph.alignment());
  ck_assert_int_gt(height_at(640), height_at(1920));
  ck_assert_int_eq(height_at(640) % graph.alignment(), 0);
  const Graph fixed = find_architecture("paper").build(nlohmann::json::object());
  ck_assert_int_eq(strip_height(fixed, fixed.shapes(28, 28)), 28);
}
END_TEST

int main() {
  return run_suite("strips", {test_each_row_is_computed_once_and_there_when_it_is_read,
                              test_input_and_past_come_in_groups,
                              test_no_strip_reads_many_more_rows_than_the_others,
                              test_windows_hold_the_rows_that_are_read_again,
                              test_low_strips_of_wide_pictures_and_one_of_fixed_sizes});
}
