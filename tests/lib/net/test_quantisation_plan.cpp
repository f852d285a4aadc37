// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "net/architectures.h"
#include "net/quantisation_plan.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

Graph build(const char* architecture, const nlohmann::json& settings) {
  return find_architecture(architecture).build(settings);
}

}  // namespace

START_TEST(test_values_between_convolutions_are_quantised) {
  const Graph graph = build(
      "recurrent_unet",
      {{"widths", {4, 6}}, {"encoder", {1, 0}}, {"decoder", {1}}, {"gate", {3}}, {"slope", 0}});
  const std::vector<std::string> wanted = {"gate1", "head", "enc1_1", "down2", "up1.sum", "dec1_1"};
  ck_assert(graph.quantisation().scale_names() == wanted);
  const Graph two_heads = build("recurrent_unet", {{"slope", 0}, {"frame", 3}});
  const std::vector<std::string> names = two_heads.quantisation().scale_names();
  ck_assert_int_eq(std::count(names.begin(), names.end(), "head.sum"), 1);
  ck_assert_int_eq(std::count(names.begin(), names.end(), "head"), 0);
}
END_TEST

START_TEST(test_only_operations_that_read_quantised_values_compute_with_integers) {
  const Graph graph = build("recurrent_unet", {{"slope", 0}, {"frame", 3}});
  std::vector<std::string> found;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    if (graph.quantisation().computes_with_integers(id)) found.push_back(graph.nodes()[id].name);
  }
  // Not gate1, head and frame, which read the frame and the state.
  const std::vector<std::string> wanted = {"gate2", "gate",   "enc1_1", "down2", "enc2_1",
                                           "down3", "enc3_1", "enc3_2", "up2",   "dec2_1",
                                           "up1",   "dec1_1", "tail"};
  ck_assert(found == wanted);
}
END_TEST

START_TEST(test_sums_of_residual_pairs_are_quantised) {
  const Graph graph = build("unet", {{"widths", {4, 6, 8}},
                                     {"encoder", {1, 2, 4}},
                                     {"decoder", {2, 1}},
                                     {"slope", 0},
                                     {"residual", 1}});
  const std::vector<std::string> wanted = {
      "head",    "enc1_1", "down2",      "enc2_1", "enc2_2.sum",  //
      "down3",   "enc3_1", "enc3_2.sum", "enc3_3", "enc3_4.sum",  //
      "up2.sum", "dec2_1", "up1.sum",    "dec1_1", "dec1_2.sum"};
  ck_assert(graph.quantisation().scale_names() == wanted);
  std::vector<std::string> sums;
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
    const Node& node = graph.nodes()[id];
    if (node.op != Op::add) continue;
    ck_assert(graph.quantisation().is_quantised(id));
    ck_assert(!graph.quantisation().is_quantised(node.inputs[0]));
    ck_assert(graph.quantisation().is_quantised(node.inputs[1]));
    ck_assert(graph.quantisation().computes_with_integers(node.inputs[0]));
    sums.push_back(graph.nodes()[node.inputs[0]].name);
  }
  const std::vector<std::string> all = {"enc2_2", "enc3_2", "enc3_4", "up2", "up1", "dec1_2"};
  ck_assert(sums == all);
}
END_TEST

namespace {

struct Sum {
  Activation of_convolution = Activation::none, of_sum = Activation::relu;
  bool reads_frame = false;      ///< the convolution, instead of a quantised value
  bool has_other_reader = true;  ///< the addend
  bool convolution_is_read = false;
  bool convolution_is_output = false;
  bool is_turned = false;  ///< the addend comes first

  bool has_int8_form() const {
    Graph g(0.01f);
    const NodeId frame = g.input(8);
    const NodeId start = g.conv("a", frame, 8, 3, 1, Activation::relu);
    const NodeId other = g.conv("b", frame, 8, 3, 1, Activation::relu);
    const NodeId between = g.conv("c", has_other_reader ? start : other, 8, 3, 1, Activation::relu);
    const NodeId last = g.conv("d", reads_frame ? frame : between, 8, 3, 1, of_convolution);
    NodeId x = is_turned ? g.add(start, last, of_sum) : g.add(last, start, of_sum);
    x = g.conv("e", x, 6, 3, 1, Activation::none);
    const NodeId more = g.conv("f", convolution_is_read ? last : other, 6, 3, 1, Activation::none);
    const NodeId end = g.add(x, more, Activation::none);
    g.set_output(convolution_is_output ? last : end);
    return g.quantisation().has_int8_form();
  }
};

}  // namespace

START_TEST(test_other_sums_with_a_quantised_value_have_no_int8_form) {
  ck_assert(Sum{}.has_int8_form());
  ck_assert(!Sum{.of_convolution = Activation::relu}.has_int8_form());
  ck_assert(!Sum{.of_convolution = Activation::sigmoid}.has_int8_form());
  ck_assert(!Sum{.of_sum = Activation::none}.has_int8_form());
  ck_assert(!Sum{.of_sum = Activation::leaky_relu}.has_int8_form());
  ck_assert(!Sum{.reads_frame = true}.has_int8_form());
  ck_assert(!Sum{.has_other_reader = false}.has_int8_form());
  ck_assert(!Sum{.convolution_is_read = true}.has_int8_form());
  ck_assert(!Sum{.convolution_is_output = true}.has_int8_form());
  ck_assert(!Sum{.is_turned = true}.has_int8_form());
}
END_TEST

START_TEST(test_other_networks_have_no_int8_form) {
  for (const Graph& graph :
       {build("unet", {{"slope", 0.01}}),
        build("unet", {{"slope", 0.01}, {"residual", 1}, {"encoder", {2, 2, 2}}}),
        build("paper", {{"width", 16}, {"height", 16}})}) {
    ck_assert(!graph.quantisation().has_int8_form());
    ck_assert(graph.quantisation().scale_names().empty());
    for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
      ck_assert(!graph.quantisation().is_quantised(id));
      ck_assert(!graph.quantisation().computes_with_integers(id));
    }
  }
  Graph ends;
  ends.set_output(ends.conv("a", ends.input(8), 6, 3, 1, Activation::relu));
  ck_assert(!ends.quantisation().has_int8_form());
}
END_TEST

int main() {
  return run_suite("quantisation_plan",
                   {test_values_between_convolutions_are_quantised,
                    test_only_operations_that_read_quantised_values_compute_with_integers,
                    test_sums_of_residual_pairs_are_quantised,
                    test_other_sums_with_a_quantised_value_have_no_int8_form,
                    test_other_networks_have_no_int8_form});
}
