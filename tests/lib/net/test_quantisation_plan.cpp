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

START_TEST(test_other_networks_have_no_int8_form) {
  for (const Graph& graph : {build("unet", {{"slope", 0.01}}),
                             build("unet", {{"slope", 0}, {"residual", 1}, {"encoder", {2, 2, 2}}}),
                             build("paper", {{"width", 16}, {"height", 16}})}) {
    ck_assert(!graph.quantisation().has_int8_form());
    ck_assert(graph.quantisation().scale_names().empty());
    for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id) {
      ck_assert(!graph.quantisation().is_quantised(id));
      ck_assert(!graph.quantisation().computes_with_integers(id));
    }
  }
  Graph sums;
  NodeId x = sums.conv("a", sums.input(8), 8, 3, 1, Activation::relu);
  x = sums.add(sums.conv("b", x, 8, 3, 1, Activation::none), x, Activation::relu);
  sums.set_output(sums.conv("c", x, 6, 3, 1, Activation::none));
  ck_assert(!sums.quantisation().has_int8_form());
  Graph ends;
  ends.set_output(ends.conv("a", ends.input(8), 6, 3, 1, Activation::relu));
  ck_assert(!ends.quantisation().has_int8_form());
}
END_TEST

int main() {
  return run_suite("quantisation_plan",
                   {test_values_between_convolutions_are_quantised,
                    test_only_operations_that_read_quantised_values_compute_with_integers,
                    test_other_networks_have_no_int8_form});
}
