// SPDX-License-Identifier: LGPL-2.1-or-later
// Folded graphs against the unfolded ones, both computed by the definitions of their operations.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "net/architectures.h"
#include "net/fold.h"
#include "support/check.h"
#include "support/slow_graph.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using json = nlohmann::json;

int count_of(const Graph& graph, Op op) {
  const auto& nodes = graph.nodes();
  return static_cast<int>(
      std::count_if(nodes.begin(), nodes.end(), [&](const Node& n) { return n.op == op; }));
}

/// Folds random weights, asserts that the output stays, and returns the folded graph.
Graph fold_and_compare(const Graph& graph, int height, int width, std::uint32_t seed) {
  const auto tensors = random_tensors(graph, seed);
  std::mt19937 random(seed);
  SlowPicture in(graph.input_node().channels, height, width);
  for (double& v : in.values) v = random() / 4294967296.0;
  const FoldedNetwork folded = fold_batch_norm(graph, tensors, height, width);
  ck_assert_uint_eq(folded.tensors.size(), folded.graph.parameters().size());
  const SlowPicture wanted = run_slowly(graph, tensors, in);
  const SlowPicture found = run_slowly(folded.graph, folded.tensors, in);
  ck_assert_int_eq(found.channels, wanted.channels);
  ck_assert_int_eq(found.height, wanted.height);
  double largest = 0;
  for (double v : wanted.values) largest = std::max(largest, std::abs(v));
  ck_assert_double_gt(largest, 1e-3);
  for (std::size_t i = 0; i < wanted.values.size(); ++i) {
    ck_assert_double_eq_tol(found.values[i], wanted.values[i], 1e-6 * largest);
  }
  return folded.graph;
}

bool has_negative_scale(const Graph& graph, std::uint32_t seed) {
  for (const auto& [name, tensor] : random_tensors(graph, seed)) {
    if (name.find("_bn") == std::string::npos || !name.ends_with(".weight")) continue;
    if (*std::min_element(tensor.values.begin(), tensor.values.end()) < 0) return true;
  }
  return false;
}

}  // namespace

START_TEST(test_paper_is_the_same_without_batch_norm) {
  std::uint32_t seed = 1;
  for (const json& settings :
       {json::object(), json{{"width", 4}, {"height", 4}, {"filters", {3, 5}}, {"latent", 2}},
        json{{"width", 8}, {"height", 12}, {"latent", 3}},
        json{{"width", 16}, {"height", 8}, {"filters", {4, 4, 6}}, {"activation", "relu"}},
        json{{"width", 2}, {"height", 6}, {"depth", 3}, {"filters", {7}}, {"slope", 0.2}}}) {
    const Graph graph = find_architecture("paper").build(settings);
    const Node& root = graph.input_node();
    ck_assert(has_negative_scale(graph, ++seed));
    const Graph folded = fold_and_compare(graph, root.height, root.width, seed);
    ck_assert_int_eq(count_of(folded, Op::batch_norm), 0);
    ck_assert(folded.shapes(root.height, root.width)[folded.output()] ==
              graph.shapes(root.height, root.width)[graph.output()]);
  }
}
END_TEST

START_TEST(test_every_linear_operation_takes_a_batch_norm) {
  for (const Activation act :
       {Activation::none, Activation::relu, Activation::leaky_relu, Activation::sigmoid}) {
    for (const auto& [kernel, stride] : {std::pair{1, 1}, {3, 1}, {5, 1}, {3, 2}, {2, 2}}) {
      Graph g(0.2f);
      g.set_output(g.conv("c", g.batch_norm("b", g.input(3)), 5, kernel, stride, act));
      const Graph folded = fold_and_compare(g, 6, 10, 2);
      ck_assert_int_eq(count_of(folded, Op::batch_norm), 0);
      ck_assert_int_eq(count_of(folded, Op::bias_map), kernel == 3 || kernel == 5 ? 1 : 0);
    }
    for (const auto& [kernel, stride] : {std::pair{1, 1}, {3, 1}, {3, 2}, {5, 2}}) {
      Graph g(0.2f);
      g.set_output(g.transposed_conv("t", g.batch_norm("b", g.input(3)), 5, kernel, stride, act));
      const Graph folded = fold_and_compare(g, 3, 5, 3);
      ck_assert_int_eq(count_of(folded, Op::batch_norm), 0);
      ck_assert_int_eq(count_of(folded, Op::bias_map), kernel == 1 ? 0 : 1);
    }
    Graph d(0.2f);
    d.set_output(d.dense("d", d.batch_norm("b", d.input(3, 4, 6)), 7, act));
    const Graph folded = fold_and_compare(d, 4, 6, 4);
    ck_assert_int_eq(count_of(folded, Op::batch_norm) + count_of(folded, Op::bias_map), 0);
  }
  Graph u;
  u.set_output(u.subpixel_conv("u", u.batch_norm("b", u.input(3)), 2));
  const Graph folded = fold_and_compare(u, 3, 5, 5);
  ck_assert_int_eq(count_of(folded, Op::batch_norm) + count_of(folded, Op::bias_map), 0);
}
END_TEST

START_TEST(test_batch_norms_in_a_row_and_before_a_reshape_are_folded) {
  Graph g;
  NodeId x = g.batch_norm("b2", g.batch_norm("b1", g.input(4, 6, 4)));
  x = g.reshape(x, {4, 3, 8});
  g.set_output(g.conv("c", x, 2, 3, 1, Activation::leaky_relu));
  ck_assert_int_eq(count_of(fold_and_compare(g, 6, 4, 6), Op::batch_norm), 0);
}
END_TEST

START_TEST(test_batch_norms_that_nothing_linear_reads_stay) {
  Graph last;
  last.set_output(last.batch_norm("b", last.conv("c", last.input(2), 3, 3, 1, Activation::relu)));
  ck_assert_int_eq(count_of(fold_and_compare(last, 5, 4, 7), Op::batch_norm), 1);

  Graph alone;
  alone.set_output(alone.activation(alone.batch_norm("b", alone.input(2)), Activation::relu));
  ck_assert_int_eq(count_of(fold_and_compare(alone, 5, 4, 8), Op::batch_norm), 1);

  Graph mixed;
  mixed.set_output(mixed.conv("c",
                              mixed.reshape(mixed.batch_norm("b", mixed.input(4, 3, 3)), {2, 6, 3}),
                              2, 3, 1, Activation::none));
  ck_assert_int_eq(count_of(fold_and_compare(mixed, 3, 3, 9), Op::batch_norm), 1);

  // One reader folds it, the other needs it.
  Graph both;
  const NodeId b = both.batch_norm("b2", both.batch_norm("b1", both.input(3)));
  both.set_output(both.add(both.conv("c", b, 3, 3, 1, Activation::relu), b, Activation::relu));
  const Graph folded = fold_and_compare(both, 5, 4, 10);
  ck_assert_int_eq(count_of(folded, Op::batch_norm), 2);
  ck_assert_int_eq(count_of(folded, Op::bias_map), 1);
}
END_TEST

START_TEST(test_graphs_without_batch_norm_stay_as_they_are) {
  const Graph graph = find_architecture("unet").build(json::object());
  const auto tensors = random_tensors(graph, 11);
  const FoldedNetwork folded = fold_batch_norm(graph, tensors, 8, 12);
  ck_assert(folded.graph.nodes() == graph.nodes());
  ck_assert_int_eq(folded.graph.output(), graph.output());
  ck_assert_float_eq(folded.graph.slope(), graph.slope());
  ck_assert_uint_eq(folded.tensors.size(), tensors.size());
  for (const auto& [name, tensor] : tensors) {
    ck_assert(folded.tensors.at(name).shape == tensor.shape);
    ck_assert(folded.tensors.at(name).values == tensor.values);
  }
}
END_TEST

int main() {
  return run_suite("fold", {test_paper_is_the_same_without_batch_norm,
                            test_every_linear_operation_takes_a_batch_norm,
                            test_batch_norms_in_a_row_and_before_a_reshape_are_folded,
                            test_batch_norms_that_nothing_linear_reads_stay,
                            test_graphs_without_batch_norm_stay_as_they_are});
}
