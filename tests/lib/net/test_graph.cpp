// SPDX-License-Identifier: LGPL-2.1-or-later
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/architectures.h"
#include "net/graph.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_default_unet_has_the_costs_of_the_plan) {
  const Graph g = find_architecture("unet").build(nlohmann::json::object());
  ck_assert_int_eq(g.alignment(), 4);
  ck_assert_int_eq(g.output_channels(), 6);
  // Per pixel of the frame, counted by hand: head 8x16, five 3x3 levels of 576, the two downs and
  // the two ups of 128, tail 16x6.
  const double macs = (9 * 8 * 16) / 4.0 + 6 * 576 + 4 * 128 + (9 * 16 * 6) / 4.0;
  ck_assert_double_eq_tol(g.macs_per_position(8, 8) / 4, macs, 1e-9);
  // 3x3 at 1/1: head, enc1, dec1, tail; at 1/2: enc2, dec2; at 1/4: two; down reads 1 and 2 more.
  ck_assert_int_eq(g.receptive_field(), 1 + 4 * 2 + 2 * 4 + 2 * 8 + 1 + 2);
}
END_TEST

START_TEST(test_a_skip_costs_one_convolution_more) {
  const Architecture& unet = find_architecture("unet");
  const double plain = unet.build(nlohmann::json::object()).macs_per_position(8, 8);
  ck_assert_double_eq_tol(unet.build({{"skip", 3}}).macs_per_position(8, 8) - plain, 9 * 8 * 6,
                          1e-9);
  for (const int kernel : {-1, 2, 9})
    DAE_ASSERT_ERROR(unet.build({{"skip", kernel}}), incompatible_model);
}
END_TEST

START_TEST(test_residual_pairs_cost_nothing) {
  const Architecture& unet = find_architecture("unet");
  const auto build = [&](int residual) {
    return unet.build({{"residual", residual}, {"encoder", {2, 1, 3}}, {"decoder", {0, 4}}});
  };
  const auto sums = [](const Graph& g) {
    return std::count_if(g.nodes().begin(), g.nodes().end(),
                         [](const Node& node) { return node.op == Op::add; });
  };
  ck_assert_int_eq(sums(build(1)) - sums(build(0)), 1 + 0 + 1 + 0 + 2);
  ck_assert_double_eq(build(1).macs_per_position(8, 8), build(0).macs_per_position(8, 8));
  DAE_ASSERT_ERROR(build(2), incompatible_model);
}
END_TEST

START_TEST(test_a_second_head_starts_from_zero) {
  const auto build = [](int frame) {
    return find_architecture("recurrent_unet").build({{"frame", frame}});
  };
  // 8 channels to 16, 9 taps, at a quarter of the pixels.
  ck_assert_double_eq_tol(build(3).macs_per_position(64, 64) - build(0).macs_per_position(64, 64),
                          8 * 16 * 9, 1e-6);
  int found = 0;
  const Graph two_heads = build(3);
  for (const Parameter& parameter : two_heads.parameters()) {
    if (parameter.name != "frame.weight" && parameter.name != "frame.bias") continue;
    ck_assert(parameter.init == Init::zero);
    ++found;
  }
  ck_assert_int_eq(found, 2);
  DAE_ASSERT_ERROR(build(2), incompatible_model);
}
END_TEST

START_TEST(test_paper_has_the_shapes_of_the_paper) {
  const Graph g = find_architecture("paper").build(nlohmann::json::object());
  const std::vector<Shape> shapes = g.shapes(28, 28);
  const auto has = [&](Shape wanted) {
    return std::find(shapes.begin(), shapes.end(), wanted) != shapes.end();
  };
  ck_assert(has({32, 14, 14}));
  ck_assert(has({64, 7, 7}));
  ck_assert(has({16, 1, 1}));
  ck_assert(has({3136, 1, 1}));
  ck_assert(shapes[g.output()] == (Shape{1, 28, 28}));
  ck_assert_int_eq(g.receptive_field(), 0);
  const auto conv = [](int in, int out) { return 9 * in * out + out; };
  const int batch_norms = 4 * (32 + 64 + 64 + 32);
  ck_assert_int_eq(g.parameter_count(), conv(1, 32) + conv(32, 64) + (3136 * 16 + 16) +
                                            (16 * 3136 + 3136) + conv(64, 64) + conv(64, 32) +
                                            conv(32, 1) + batch_norms);
  DAE_ASSERT_ERROR(g.shapes(32, 28), bad_argument);
}
END_TEST

START_TEST(test_paper_takes_luma_or_colour) {
  const auto build = [](int depth) { return find_architecture("paper").build({{"depth", depth}}); };
  const Graph g = build(3);
  ck_assert(g.shapes(28, 28).front() == (Shape{3, 28, 28}));
  ck_assert(g.shapes(28, 28)[g.output()] == (Shape{3, 28, 28}));
  // Two more channels into the first convolution and out of the last.
  ck_assert_int_eq(g.parameter_count(), build(1).parameter_count() + 2 * 9 * 32 + 2 * (9 * 32 + 1));
  for (const int depth : {0, 2, 4}) DAE_ASSERT_ERROR(build(depth), incompatible_model);
}
END_TEST

START_TEST(test_sizes_that_do_not_fit_are_refused) {
  const Graph g = find_architecture("unet").build(nlohmann::json::object());
  DAE_ASSERT_ERROR(g.shapes(0, 8), bad_argument);
  DAE_ASSERT_ERROR(g.shapes(8, 6), bad_argument);
  ck_assert(g.shapes(4, 12)[g.output()] == (Shape{6, 4, 12}));
}
END_TEST

START_TEST(test_a_bias_plane_fits_one_size) {
  Graph g;
  const NodeId half = g.conv("c", g.input(2), 4, 3, 2, Activation::none);
  g.set_output(g.bias_map("p", half, 3, 5, Activation::relu));
  ck_assert(g.shapes(6, 10)[g.output()] == (Shape{4, 3, 5}));
  ck_assert(g.parameters().back().shape == (std::vector<int>{4, 3, 5}));
  ck_assert_int_eq(g.receptive_field(), 3);
  ck_assert_double_eq_tol(g.macs_per_position(6, 10), 9 * 2 * 4 / 4.0, 1e-9);
  DAE_ASSERT_ERROR(g.shapes(6, 8), bad_argument);
}
END_TEST

START_TEST(test_mistakes_in_a_graph_are_caught) {
  Graph g;
  DAE_ASSERT_ERROR(g.conv("c", 0, 4, 3, 1, Activation::none), internal);
  const NodeId in = g.input(2);
  const NodeId a = g.conv("a", in, 4, 3, 1, Activation::none);
  DAE_ASSERT_ERROR(g.conv("a", in, 4, 3, 1, Activation::none), internal);
  DAE_ASSERT_ERROR(g.add(in, a, Activation::none), internal);
  DAE_ASSERT_ERROR(g.dense("d", a, 3, Activation::none), internal);
  DAE_ASSERT_ERROR(g.input(1), internal);
}
END_TEST

START_TEST(test_every_architecture_states_its_defaults) {
  for (const Architecture& a : architectures()) {
    const Graph defaults = a.build(nlohmann::json::object());
    const Graph stated = a.build(nlohmann::json::parse(a.default_settings));
    ck_assert_int_eq(defaults.parameter_count(), stated.parameter_count());
    ck_assert_int_gt(defaults.parameter_count(), 0);
    DAE_ASSERT_ERROR(a.build({{"no_such_setting", 1}}), incompatible_model);
  }
  DAE_ASSERT_ERROR(find_architecture("none"), unknown_architecture);
}
END_TEST

int main() {
  return run_suite(
      "graph", {test_default_unet_has_the_costs_of_the_plan, test_a_skip_costs_one_convolution_more,
                test_residual_pairs_cost_nothing, test_a_second_head_starts_from_zero,
                test_paper_has_the_shapes_of_the_paper, test_paper_takes_luma_or_colour,
                test_sizes_that_do_not_fit_are_refused, test_a_bias_plane_fits_one_size,
                test_mistakes_in_a_graph_are_caught, test_every_architecture_states_its_defaults});
}
