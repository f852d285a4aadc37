// SPDX-License-Identifier: LGPL-2.1-or-later
// The facts in the table of operations, against the definitions of the operations.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "layout/row_range.h"
#include "layout/state_layout.h"
#include "net/analysis.h"
#include "net/geometry.h"
#include "net/node.h"
#include "net/op_table.h"
#include "net/ops.h"
#include "support/check.h"
#include "support/op_graphs.h"
#include "support/slow_graph.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

template <typename Check>
void for_each_graph(const Check& check) {
  for (std::size_t i = 0; i < kOpCount; ++i) {
    for (const OpGraph& graph : graphs_with(static_cast<Op>(i)))
      check(graph, std::string(op_info(static_cast<Op>(i)).name));
  }
}

SlowPicture picture_of(int channels, int height, int width) {
  SlowPicture result(channels, height, width);
  for (std::size_t i = 0; i < result.values.size(); ++i)
    result.values[i] = 0.1 + static_cast<double>(i * 37 % 101) / 200;
  return result;
}

SlowPicture output_of(const OpGraph& op, const SlowPicture& in) {
  SlowPicture state = picture_of(kStateChannels, op.height, op.width);
  return run_slowly(op.graph, random_tensors(op.graph, 4), in,
                    op.graph.has_state() ? &state : nullptr);
}

/// Whether a row of two pictures differs.
bool differs(const SlowPicture& a, const SlowPicture& b, int y) {
  for (int c = 0; c < a.channels; ++c)
    for (int x = 0; x < a.width; ++x)
      if (a.get(c, y, x) != b.get(c, y, x)) return true;
  return false;
}

/// The rows of the graph's input that the table says one row of its output reads.
RowRange rows_of_input(const OpGraph& op, int y) {
  const std::vector<Node>& nodes = op.graph.nodes();
  const std::vector<Shape> shapes = op.graph.shapes(op.height, op.width);
  std::vector<RowRange> needed(nodes.size());
  needed[op.graph.output()] = {y, y + 1};
  for (NodeId id = op.graph.output(); id > 0; --id) {
    if (needed[id].count() == 0) continue;
    for (std::size_t i = 0; i < nodes[id].inputs.size(); ++i) {
      const NodeId in = nodes[id].inputs[i];
      const RowRange rows =
          op_info(nodes[id].op).inputs[i]->reads(nodes[id], needed[id], shapes[in].height);
      RowRange& all = needed[in];
      all = all.count() == 0
                ? rows
                : RowRange{std::min(all.begin, rows.begin), std::max(all.end, rows.end)};
    }
  }
  return needed[0];
}

}  // namespace

START_TEST(test_names_are_different) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kOpCount; ++i) {
    const OpInfo& info = op_info(static_cast<Op>(i));
    ck_assert(!info.name.empty());
    ck_assert(names.insert(std::string(info.name)).second);
    ck_assert_int_eq(info.input_count() == 0, static_cast<Op>(i) == Op::input);
  }
}
END_TEST

START_TEST(test_shapes_are_those_of_the_values) {
  for_each_graph([](const OpGraph& op, const std::string& name) {
    const SlowPicture out =
        output_of(op, picture_of(op.graph.input_node().channels, op.height, op.width));
    const Shape shape = op.graph.shapes(op.height, op.width)[op.graph.output()];
    ck_assert_msg(shape == (Shape{out.channels, out.height, out.width}), "%s: %dx%dx%d",
                  name.c_str(), shape.channels, shape.height, shape.width);
  });
}
END_TEST

/// Changes one row of the input after the other, and looks at the rows of the output.
START_TEST(test_no_row_depends_on_one_that_it_does_not_read) {
  for_each_graph([](const OpGraph& op, const std::string& name) {
    const int channels = op.graph.input_node().channels;
    const SlowPicture in = picture_of(channels, op.height, op.width);
    const SlowPicture out = output_of(op, in);
    std::vector<RowRange> reads;
    for (int y = 0; y < out.height; ++y) reads.push_back(rows_of_input(op, y));
    std::vector<int> changes(static_cast<std::size_t>(out.height), 0);
    for (int from = 0; from < op.height; ++from) {
      SlowPicture changed = in;
      for (int c = 0; c < channels; ++c)
        for (int x = 0; x < op.width; ++x) changed.at(c, from, x) += 0.03;
      const SlowPicture other = output_of(op, changed);
      for (int y = 0; y < out.height; ++y) {
        if (!differs(out, other, y)) continue;
        ck_assert_msg(reads[y].begin <= from && from < reads[y].end,
                      "%s: row %d of the input changes row %d", name.c_str(), from, y);
        ++changes[y];
      }
    }
    const int reach = op.graph.receptive_field();
    for (const int count : changes) ck_assert(reach == 0 || count <= reach);
    // Not all of the input is said to be read where it is not.
    ck_assert_msg(changes[out.height / 2] + 2 >= reads[out.height / 2].count(),
                  "%s: reads %d rows, depends on %d", name.c_str(), reads[out.height / 2].count(),
                  changes[out.height / 2]);
  });
}
END_TEST

namespace {

/// Whether the last operation is linear and reads the input, with nothing around it.
bool is_linear_alone(const Graph& graph) {
  const Node& node = graph.nodes().back();
  return op_info(node.op).linear != nullptr && node.inputs[0] == 0 &&
         node.activation == Activation::none;
}

/// Sends an input that is the same everywhere through each weight's tap by itself.
void assert_taps(const OpGraph& op, const std::string& name) {
  const Node& node = op.graph.nodes().back();
  const OpInfo& info = op_info(node.op);
  const Shape in = op.graph.shapes(op.height, op.width)[0];
  auto tensors = random_tensors(op.graph, 5);
  Tensor& weight = tensors.at(node.name + ".weight");
  std::fill(tensors.at(node.name + ".bias").values.begin(),
            tensors.at(node.name + ".bias").values.end(), 0.0f);
  SlowPicture ones(in.channels, in.height, in.width);
  for (int i = 0; i < in.height * in.width; ++i) ones.values[i] = 1;  // channel 0 only
  const std::size_t taps =
      weight.values.size() / in.channels / (info.linear->groups * node.channels);
  for (std::size_t tap = 0; tap < taps; ++tap) {
    std::fill(weight.values.begin(), weight.values.end(), 0.0f);
    weight.values[tap] = 1;  // between the first channels
    const SlowPicture out = run_slowly(op.graph, tensors, ones);
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x) {
        const RowRange rows = info.inputs[0]->reads(node, {y, y + 1}, in.height);
        const RowRange columns = info.inputs[0]->reads(node, {x, x + 1}, in.width);
        int count = 0;
        for (int from_y = rows.begin; from_y < rows.end; ++from_y)
          for (int from_x = columns.begin; from_x < columns.end; ++from_x)
            count += info.linear->tap(node, in, {y, x}, {from_y, from_x}) == static_cast<int>(tap);
        const bool in_group = info.linear->groups == 1 || (y % 2 == 0 && x % 2 == 0);
        ck_assert_msg(!in_group || count == static_cast<int>(out.get(0, y, x)),
                      "%s: tap %zu meets %d places at %d,%d, expected %g", name.c_str(), tap, count,
                      x, y, out.get(0, y, x));
      }
  }
}

}  // namespace

START_TEST(test_taps_meet_the_places_that_the_definition_multiplies) {
  int count = 0;
  for_each_graph([&](const OpGraph& op, const std::string& name) {
    if (is_linear_alone(op.graph)) {
      assert_taps(op, name);
      ++count;
    }
  });
  ck_assert_int_gt(count, 0);
}
END_TEST

/// Multiplications by hand, at the size of each graph's input.
START_TEST(test_costs_of_linear_operations) {
  const auto macs = [](const auto& build, int height, int width) {
    Graph g;
    g.set_output(build(g));
    return g.macs_per_position(height, width) * height * width;
  };
  constexpr Activation kNone = Activation::none;
  const auto conv = [](Graph& g) { return g.conv("c", g.input(3), 5, 3, 2, kNone); };
  ck_assert_double_eq(macs(conv, 6, 10), 3 * 5 * 9 * (3 * 5));
  const auto up = [](Graph& g) { return g.subpixel_conv("u", g.input(3), 5); };
  ck_assert_double_eq(macs(up, 6, 10), 3 * 5 * (12 * 20));
  const auto spread = [](Graph& g) { return g.transposed_conv("t", g.input(3), 5, 3, 2, kNone); };
  ck_assert_double_eq(macs(spread, 6, 10), 3 * 5 * 9 * (6 * 10));
  const auto dense = [](Graph& g) { return g.dense("d", g.input(3, 6, 10), 5, kNone); };
  ck_assert_double_eq(macs(dense, 6, 10), 3 * 6 * 10 * 5);
  const auto norm = [](Graph& g) { return g.batch_norm("b", g.input(3)); };
  ck_assert_double_eq(macs(norm, 6, 10), 0);
}
END_TEST

START_TEST(test_weights_say_how_many_products_they_sum_up) {
  for_each_graph([](const OpGraph& op, const std::string&) {
    for (const Node& node : op.graph.nodes()) {
      const LinearOp* linear = op_info(node.op).linear;
      if (linear == nullptr) continue;
      for (const Parameter& p : op.graph.parameters()) {
        if (p.name != node.name + ".weight") continue;
        int values = 1;
        for (const int size : p.shape) values *= size;
        ck_assert_int_eq(p.fan_in * linear->groups * node.channels, values);
      }
    }
  });
}
END_TEST

int main() {
  return run_suite(
      "ops", {test_names_are_different, test_shapes_are_those_of_the_values,
              test_no_row_depends_on_one_that_it_does_not_read,
              test_taps_meet_the_places_that_the_definition_multiplies,
              test_costs_of_linear_operations, test_weights_say_how_many_products_they_sum_up});
}
