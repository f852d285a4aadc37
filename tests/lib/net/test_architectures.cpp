// SPDX-License-Identifier: LGPL-2.1-or-later
// The builders of each architecture by themselves, and the settings that they read.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/architectures.h"
#include "net/noise_map.h"
#include "net/paper.h"
#include "net/settings.h"
#include "net/tensor.h"
#include "net/unet.h"
#include "support/check.h"
#include "support/tiny_model.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

nlohmann::json with(std::string_view defaults, const nlohmann::json& changes) {
  nlohmann::json settings = nlohmann::json::parse(defaults);
  settings.update(changes);
  return settings;
}

int count(const Graph& graph, Op op) {
  const auto& nodes = graph.nodes();
  return static_cast<int>(
      std::count_if(nodes.begin(), nodes.end(), [&](const Node& node) { return node.op == op; }));
}

std::vector<std::string> names(const Graph& graph) {
  std::vector<std::string> result;
  for (const Node& node : graph.nodes()) {
    if (!node.name.empty()) result.push_back(node.name);
  }
  return result;
}

}  // namespace

START_TEST(test_settings_are_whole_numbers_within_bounds) {
  for (const int value : {-2, 0, 7}) ck_assert_int_eq(setting_int(value, "n", -2, 7), value);
  const nlohmann::json refused[] = {-3, 8, 1.5, 2.0, "3", true, nullptr, 1e30, {1}};
  for (const nlohmann::json& value : refused)
    DAE_ASSERT_ERROR(setting_int(value, "n", -2, 7), incompatible_model);
  try {
    setting_int(9, "latent", 1, 4);
    ck_abort_msg("accepted");
  } catch (const Error& error) {
    // The message tells what to change.
    const std::string message = error.what();
    for (const char* part : {"latent", "9", "1", "4"})
      ck_assert_msg(message.find(part) != std::string::npos, "%s lacks %s", error.what(), part);
  }
}
END_TEST

START_TEST(test_unet_of_three_levels) {
  const Graph g = build_unet(nlohmann::json::parse(kUnetDefaults));
  const std::vector<std::string> wanted = {"head",   "enc1_1", "down2",  "enc2_1",
                                           "down3",  "enc3_1", "enc3_2", "up2",
                                           "dec2_1", "up1",    "dec1_1", "tail"};
  ck_assert(names(g) == wanted);
  const std::vector<Shape> shapes = g.shapes(8, 12);
  ck_assert(shapes.front() == (Shape{8, 8, 12}));
  ck_assert(shapes[g.output()] == (Shape{6, 8, 12}));
  ck_assert(std::count(shapes.begin(), shapes.end(), Shape{64, 2, 3}) == 3);
  ck_assert_int_eq(count(g, Op::state), 0);
}
END_TEST

START_TEST(test_unets_of_settings_that_do_not_fit_are_refused) {
  const nlohmann::json refused[] = {
      {{"widths", nlohmann::json::array()}},
      {{"widths", {16, 32}}},
      {{"encoder", {1, 1}}},
      {{"decoder", {1}}},
      {{"slope", 1.0}},
      {{"slope", -0.1}},
      {{"skip", 2}},
      {{"residual", 2}},
      {{"widths", {16, 0, 64}}},
  };
  for (const nlohmann::json& changes : refused) {
    DAE_ASSERT_ERROR(build_unet(with(kUnetDefaults, changes)), incompatible_model);
    DAE_ASSERT_ERROR(build_recurrent_unet(with(kRecurrentUnetDefaults, changes)),
                     incompatible_model);
  }
  DAE_ASSERT_ERROR(build_recurrent_unet(with(kRecurrentUnetDefaults, {{"gate", {0}}})),
                   incompatible_model);
}
END_TEST

START_TEST(test_recurrent_unet_returns_a_state) {
  const Graph g = build_recurrent_unet(nlohmann::json::parse(kRecurrentUnetDefaults));
  for (const Op op : {Op::state, Op::change_features, Op::temporal_update, Op::spatial_input,
                      Op::update_state, Op::add_innovation})
    ck_assert_int_eq(count(g, op), 1);
  const std::vector<Shape> shapes = g.shapes(8, 12);
  ck_assert(shapes[g.output()] == (Shape{6, 8, 12}));
  ck_assert(shapes[g.state_input()] == (Shape{13, 8, 12}));
  ck_assert(shapes[g.state_output()] == (Shape{13, 8, 12}));
  // The gate is computed at half the size of the input.
  const Node& update = *std::find_if(g.nodes().begin(), g.nodes().end(), [](const Node& node) {
    return node.op == Op::temporal_update;
  });
  ck_assert(shapes[update.inputs[2]] == (Shape{2, 4, 6}));
  // A slope of 0 is ReLU.
  ck_assert(std::none_of(g.nodes().begin(), g.nodes().end(), [](const Node& node) {
    return node.activation == Activation::leaky_relu;
  }));
}
END_TEST

START_TEST(test_paper_mirrors_its_encoder) {
  const Graph g = build_paper(
      with(kPaperDefaults,
           {{"width", 32}, {"height", 16}, {"filters", {4, 6, 8}}, {"latent", 5}, {"depth", 3}}));
  std::vector<Shape> wanted = {{3, 16, 32}, {4, 8, 16},  {6, 4, 8},  {8, 2, 4},
                               {5, 1, 1},   {64, 1, 1},  {8, 2, 4},  {8, 4, 8},
                               {6, 8, 16},  {4, 16, 32}, {3, 16, 32}};
  std::vector<Shape> found = g.shapes(16, 32);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  ck_assert(found == wanted);
  ck_assert(g.nodes()[g.output()].activation == Activation::sigmoid);
}
END_TEST

START_TEST(test_papers_of_settings_that_do_not_fit_are_refused) {
  const nlohmann::json refused[] = {
      {{"width", 30}},
      {{"height", 27}},
      {{"filters", nlohmann::json::array()}},
      {{"slope", 1.0}},
      {{"depth", 2}},
      {{"latent", 0}},
      {{"activation", "tanh"}},
      {{"filters", nlohmann::json(40, 4)}},
  };
  for (const nlohmann::json& changes : refused)
    DAE_ASSERT_ERROR(build_paper(with(kPaperDefaults, changes)), incompatible_model);
}
END_TEST

START_TEST(test_settings_are_lists_of_such_numbers) {
  ck_assert(setting_list(nlohmann::json::array(), "n", 1, 4, 3).empty());
  ck_assert(setting_list({1, 4, 2}, "n", 1, 4, 3) == (std::vector<int>{1, 4, 2}));
  const nlohmann::json refused[] = {{1, 5}, {0}, {1, 1.5}, {"2"}, {{1}}, {1, 1, 1, 1}, 2};
  for (const nlohmann::json& list : refused)
    DAE_ASSERT_ERROR(setting_list(list, "n", 1, 4, 3), incompatible_model);
}
END_TEST

START_TEST(test_noise_map_returns_blocks_of_cells) {
  const Graph g = build_noise_map(nlohmann::json::parse(kNoiseMapDefaults));
  // The coarsest of the four levels halves the cells four times.
  ck_assert_int_eq(g.alignment(), 16);
  const std::vector<std::string> wanted = {"down1",  "down2", "down3", "enc3_1", "down4",
                                           "enc4_1", "up3",   "up2",   "dec2_1", "levels"};
  ck_assert(names(g) == wanted);
  const std::vector<Shape> shapes = g.shapes(32, 48);
  ck_assert(shapes.front() == (Shape{16, 32, 48}));
  ck_assert(shapes[g.output()] == (Shape{2, 16, 24}));
  ck_assert_int_eq(count(g, Op::state), 0);
  ck_assert(g.nodes()[g.output()].activation == Activation::none);
  // Multiplications of one position of each level, times its share of the cells. A cell has 16
  // pixels.
  const double macs = 4 * 16 * 24 / 4.0 + 4 * 24 * 32 / 16.0 + (4 * 32 * 48 + 9 * 48 * 48) / 64.0 +
                      (4 * 48 * 64 + 9 * 64 * 64) / 256.0 + 4 * 64 * 48 / 256.0 +
                      4 * 48 * 32 / 64.0 + (9 * 32 * 32 + 32 * 2 * 4) / 16.0;
  ck_assert_double_eq_tol(g.macs_per_position(64, 64), macs, 1e-6 * macs);
  ck_assert_double_eq_tol(macs / 16, 120, 1);
}
END_TEST

START_TEST(test_noise_map_learns_from_distant_blocks) {
  // The cells that a block of the map sees, from the block back to the cells: 3x3 at the second
  // level; of their squares of the coarsest level, with 3x3 there and at the level before.
  const Graph g = build_noise_map(nlohmann::json::parse(kNoiseMapDefaults));
  ck_assert_int_ge(g.receptive_field(), 3 * 16);
  const Graph wide = build_noise_map(with(kNoiseMapDefaults, {{"encoder", {0, 0, 1, 2}}}));
  ck_assert_int_gt(wide.receptive_field(), g.receptive_field());
  const Graph cells =
      build_noise_map(with(kNoiseMapDefaults, {{"cell", 2},
                                               {"widths", {8, 8}},
                                               {"encoder", {0, 0}},
                                               {"decoder", nlohmann::json::array()}}));
  ck_assert_int_eq(cells.alignment(), 4);
  ck_assert_int_eq(cells.receptive_field(), 4);
  const std::vector<std::string> wanted = {"cell_1", "cell_2", "down1", "down2", "levels"};
  ck_assert(names(cells) == wanted);
}
END_TEST

START_TEST(test_noise_maps_of_settings_that_do_not_fit_are_refused) {
  const nlohmann::json refused[] = {
      {{"widths", {24}}, {"encoder", {0}}, {"decoder", nlohmann::json::array()}},
      {{"widths", {4, 4, 4, 4, 4, 4, 4}},
       {"encoder", {0, 0, 0, 0, 0, 0, 0}},
       {"decoder", {0, 0, 0, 0, 0}}},
      {{"encoder", {1, 1, 1}}},
      {{"decoder", {1}}},
      {{"decoder", {1, 0, 0}}},
      {{"widths", {24, 32, 48, 0}}},
      {{"widths", {24, 32, 48, 513}}},
      {{"encoder", {0, 0, 1, 9}}},
      {{"decoder", {1, -1}}},
      {{"cell", 5}},
      {{"cell", -1}},
      {{"slope", 1.0}},
      {{"slope", -0.1}},
  };
  for (const nlohmann::json& changes : refused)
    DAE_ASSERT_ERROR(build_noise_map(with(kNoiseMapDefaults, changes)), incompatible_model);
}
END_TEST

/// Parameters of a graph as tensors: shapes, and as many values as these say.
START_TEST(test_tensors_hold_what_the_parameters_say) {
  const Graph g = build_unet(with(kUnetDefaults, {{"skip", 3}}));
  std::int64_t total = 0;
  for (const auto& [name, tensor] : zero_tensors(g)) {
    std::int64_t values = 1;
    for (const std::int64_t size : tensor.shape) values *= size;
    ck_assert_int_eq(static_cast<std::int64_t>(tensor.values.size()), values);
    total += values;
  }
  ck_assert_int_eq(total, g.parameter_count());
}
END_TEST

int main() {
  return run_suite(
      "architectures",
      {test_settings_are_whole_numbers_within_bounds, test_settings_are_lists_of_such_numbers,
       test_noise_map_returns_blocks_of_cells, test_noise_map_learns_from_distant_blocks,
       test_noise_maps_of_settings_that_do_not_fit_are_refused, test_unet_of_three_levels,
       test_unets_of_settings_that_do_not_fit_are_refused, test_recurrent_unet_returns_a_state,
       test_paper_mirrors_its_encoder, test_papers_of_settings_that_do_not_fit_are_refused,
       test_tensors_hold_what_the_parameters_say});
}
