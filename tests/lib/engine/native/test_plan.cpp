// SPDX-License-Identifier: LGPL-2.1-or-later
// How a network becomes the calls of a plan: which operations are joined, which kernels and types
// they have, and where their rows go.
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/native/fused_ops.h"
#include "engine/native/kernel_choice.h"
#include "engine/native/linear_emitters.h"
#include "engine/native/number_formats.h"
#include "engine/native/op_emitters.h"
#include "engine/native/plan_context.h"
#include "engine/native/value_buffers.h"
#include "kernels/direct_convolution/direct_convolution.h"
#include "kernels/fixed16.h"
#include "kernels/small_channel_convolution/small_channel_convolution.h"
#include "net/architectures.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/op_graphs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Type = SampleType;

constexpr Activation kNone = Activation::none;

Graph recurrent_unet() { return find_architecture("recurrent_unet").build({{"slope", 0}}); }

/// The fused operation that stores the value of a node.
FusedOp fused_with(const Graph& graph, NodeId value) {
  for (const FusedOp& fused : fuse(graph)) {
    if (fused.value == value) return fused;
  }
  ck_abort_msg("no operation stores node %d", value);
}

ConvolutionKernel kernel_of(const Graph& graph, NodeId value, const NumberFormat& format) {
  const std::vector<Shape> shapes = graph.shapes(8, 12);
  const NumberFormats formats(graph, format);
  return KernelChoice(graph, shapes, formats).convolution(fused_with(graph, value));
}

Type output_type(const Graph& graph, NodeId value) {
  const std::vector<Shape> shapes = graph.shapes(8, 12);
  const NumberFormats formats(graph, {Type::bfloat16, {}});
  return KernelChoice(graph, shapes, formats).type_of_convolution(fused_with(graph, value));
}

NumberFormat int8_format(const Graph& graph) {
  Scales scales;
  for (const std::string& name : graph.quantisation().scale_names()) scales[name] = 0.5f;
  return {Type::float32, {scales}};
}

NodeId node_named(const Graph& graph, const std::string& name) {
  for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id)
    if (graph.nodes()[id].name == name) return id;
  ck_abort_msg("no node %s", name.c_str());
}

}  // namespace

START_TEST(test_sums_and_activations_join_the_operation_before) {
  Graph g;
  const NodeId in = g.input(4);
  const NodeId conv = g.conv("c", in, 4, 3, 1, Activation::relu);
  const NodeId sum = g.add(conv, in, kNone);
  const NodeId end = g.activation(sum, Activation::sigmoid);
  g.set_output(end);
  const std::vector<FusedOp> all = fuse(g);
  ck_assert_uint_eq(all.size(), 1);
  ck_assert_int_eq(all[0].head, conv);
  ck_assert_int_eq(all[0].value, end);
  ck_assert(all[0].post_ops.before == Activation::relu);
  ck_assert_int_eq(all[0].post_ops.addend, in);
  ck_assert(all[0].post_ops.after == Activation::sigmoid);
}
END_TEST

START_TEST(test_a_value_with_two_readers_is_stored) {
  Graph g;
  const NodeId in = g.input(4);
  const NodeId conv = g.conv("c", in, 4, 3, 1, kNone);
  const NodeId relu = g.activation(conv, Activation::relu);
  g.set_output(g.conv("d", g.add(relu, conv, kNone), 4, 3, 1, kNone));
  ck_assert_int_eq(fused_with(g, conv).head, conv);
  ck_assert_uint_eq(fuse(g).size(), 3);
}
END_TEST

START_TEST(test_the_end_of_a_recurrent_network_is_one_operation) {
  const Graph graph = recurrent_unet();
  const FusedOp last = fuse(graph).back();
  ck_assert_int_eq(last.value, graph.output());
  ck_assert_int_eq(last.state_update, graph.state_output());
  for (const FusedOp& fused : fuse(graph)) ck_assert_int_ne(fused.head, graph.state_output());
  // With other inputs they stay apart.
  int joined = 0;
  for (const OpGraph& op : graphs_with(Op::update_state)) {
    const std::vector<Node>& nodes = op.graph.nodes();
    const std::vector<NodeId>& inputs = nodes[op.graph.output()].inputs;
    const bool same = nodes[op.graph.state_output()].inputs == std::vector{inputs[1], inputs[2]};
    ck_assert_int_eq(fused_with(op.graph, op.graph.output()).state_update,
                     same ? op.graph.state_output() : kNoNode);
    joined += same ? 1 : 0;
  }
  ck_assert_int_eq(joined, 1);
}
END_TEST

START_TEST(test_kernels_follow_sizes_and_types) {
  Graph g;
  const NodeId in = g.input(16);
  const NodeId few = g.conv("few", in, 6, 3, 1, Activation::relu);
  const NodeId wide = g.conv("wide", in, 6, 5, 1, Activation::relu);
  const NodeId many = g.conv("many", in, 64, 3, 1, Activation::relu);
  g.set_output(g.conv("end", few, 6, 1, 1, kNone));
  const ConvolutionKernel small = small_channel_convolution() == nullptr
                                      ? ConvolutionKernel::direct
                                      : ConvolutionKernel::small_channel;
  ck_assert(kernel_of(g, few, {}) == small);
  ck_assert(kernel_of(g, wide, {}) == ConvolutionKernel::direct);
  ck_assert(kernel_of(g, many, {}) == ConvolutionKernel::direct);
}
END_TEST

START_TEST(test_values_are_quantised_by_whoever_computes_with_integers) {
  const Graph graph = recurrent_unet();
  const auto find = [&](const char* name) {
    for (NodeId id = 0; id < static_cast<NodeId>(graph.nodes().size()); ++id)
      if (graph.nodes()[id].name == name) return id;
    ck_abort_msg("no node %s", name);
  };
  const NumberFormat format = int8_format(graph);
  // The head reads exact values.
  ck_assert(kernel_of(graph, find("head"), format) == ConvolutionKernel::direct);
  ck_assert(kernel_of(graph, find("down2"), format) == ConvolutionKernel::direct);
  const NumberFormats formats(graph, format);
  ck_assert(formats.type_of(find("head")) == Type::code);
  ck_assert(formats.type_of(find("tail")) == Type::float32);
  ck_assert_float_eq(formats.scale(find("head"), 0), 0.5f);
  ck_assert_float_eq(formats.scale(find("tail"), 0), 1);
}
END_TEST

START_TEST(test_frame_and_state_stay_float32_beside_bfloat16) {
  const Graph graph = recurrent_unet();
  const NumberFormats formats(graph, {Type::bfloat16, {}});
  ck_assert(formats.type_of(0) == Type::float32);
  ck_assert(formats.type_of(graph.state_input()) == Type::float32);
  ck_assert(formats.type_of(graph.output()) == Type::float32);
  const Graph unet = find_architecture("unet").build(nlohmann::json::object());
  ck_assert(NumberFormats(unet, {Type::bfloat16, {}}).type_of(0) == Type::bfloat16);
}
END_TEST

START_TEST(test_the_output_is_float32_where_a_convolution_writes_it) {
  Graph plain;
  plain.set_output(plain.conv("c", plain.input(4), 4, 5, 1, Activation::relu));
  ck_assert(output_type(plain, plain.output()) == Type::float32);
  Graph sum;
  const NodeId in = sum.input(4);
  sum.set_output(sum.add(sum.conv("c", in, 4, 5, 1, kNone), in, kNone));
  ck_assert(output_type(sum, sum.output()) == Type::bfloat16);
  Graph read;
  const NodeId conv = read.conv("c", read.input(4), 4, 5, 1, kNone);
  read.conv("d", conv, 4, 5, 1, kNone);
  read.set_output(conv);
  ck_assert(output_type(read, conv) == Type::bfloat16);
}
END_TEST

START_TEST(test_kernels_read_whole_words) {
  Graph g;
  const NodeId in = g.input(3);
  const NodeId odd = g.conv("odd", in, 4, 3, 1, Activation::relu);
  g.set_output(g.conv("even", odd, 6, 3, 1, kNone));
  const std::vector<Shape> shapes = g.shapes(8, 12);
  const NumberFormats formats(g, {Type::bfloat16, {}});
  const KernelChoice choice(g, shapes, formats);
  ck_assert(choice.type_of_input(fused_with(g, odd)) == Type::float32);
  ck_assert(choice.type_of_input(fused_with(g, g.output())) == Type::bfloat16);
}
END_TEST

/// Emits a convolution of a tall picture, and runs the calls of each row tile alone.
START_TEST(test_an_operation_computes_the_rows_of_each_tile) {
  constexpr int kHeight = 1200, kWidth = 640;
  Graph g;
  g.set_output(g.conv("c", g.input(2), 3, 3, 1, kNone));
  const auto model = level_model(g, 1);
  const FoldedNetwork network{g, model.tensors};
  Weights weights;
  PlanContext context(network, kHeight, kWidth, {0, kHeight}, {}, weights);
  const FusedOp fused = context.fused_ops().front();
  ck_assert(goes_by_rows(g, fused));
  ValueBuffers& buffers = context.buffers();
  ck_assert_uint_gt(buffers.row_tile_count(), 2);
  int next = 0;
  for (std::size_t i = 0; i < buffers.row_tile_count(); ++i) {
    buffers.start_row_tile(i);
    emit_op(context, {.head = 0, .value = 0});
    const RowRange fresh = buffers.fresh(fused.value);
    ck_assert_int_eq(fresh.begin, next);
    next = fresh.end;
    if (fresh.count() == 0) continue;
    const std::size_t before = context.builder().calls.size();
    emit_conv(context, fused);
    ck_assert_uint_gt(context.builder().calls.size(), before);
    ck_assert(!context.builder().calls[before].convolution.empty() ||
              !context.builder().calls.back().convolution.empty());
    // It reads one row more on each side, which must be there.
    const RowRange read = context.rows_of_input(fused).rows;
    ck_assert_int_eq(read.begin, std::max(0, fresh.begin - 1));
    ck_assert_int_eq(read.end, std::min(kHeight, fresh.end + 1));
    ck_assert_int_le(context.input(fused).rows.begin, read.begin);
    ck_assert_int_ge(context.input(fused).rows.end, read.end);
    ck_assert(buffers.held(fused.value).rows.end == fresh.end);
  }
  ck_assert_int_eq(next, kHeight);
}
END_TEST

/// The row tiles are many, and rounding the weights of each anew would take most of the time in
/// which a denoiser is configured.
START_TEST(test_a_convolution_is_made_once_for_all_row_tiles) {
  Graph g;
  g.set_output(g.conv("c", g.input(2), 3, 3, 1, kNone));
  const auto model = level_model(g, 1);
  const FoldedNetwork network{g, model.tensors};
  Weights weights;
  PlanContext context(network, 8, 12, {0, 8}, {}, weights);
  int made = 0;
  const auto make = [&] {
    ++made;
    return Convolution{"c", {3, 1, 1}, {}, {}, {}};
  };
  const Convolution* const first = &context.convolution(1, make);
  ck_assert_str_eq(first->name.c_str(), "c");
  ck_assert_ptr_eq(&context.convolution(1, make), first);
  ck_assert_int_eq(made, 1);
  ck_assert_ptr_ne(&context.convolution(2, make), first);
  ck_assert_int_eq(made, 2);
}
END_TEST

START_TEST(test_frames_are_read_in_16_bits) {
  const Graph graph =
      find_architecture("recurrent_unet").build({{"slope", 0}, {"frame", 3}, {"skip", 3}});
  const std::vector<Shape> shapes = graph.shapes(8, 12);
  for (const bool has_fixed16 : {false, true}) {
    NumberFormat format = int8_format(graph);
    format.has_fixed16 = has_fixed16;
    const NumberFormats formats(graph, format);
    const KernelChoice kernels(graph, shapes, formats);
    const Type wanted = has_fixed16 ? Type::fixed16 : Type::float32;
    for (const char* const name : {"frame", "head", "skip"}) {
      const FusedOp fused{.head = node_named(graph, name), .value = node_named(graph, name)};
      ck_assert_msg(kernels.type_of_input(fused) == wanted, "%s", name);
    }
    // The values that the gate reads may be larger, and operations on frame and state read floats.
    const NodeId gate = node_named(graph, "gate1");
    ck_assert(kernels.type_of_input({.head = gate, .value = gate}) == Type::float32);
    ck_assert(formats.type_of(0) == Type::float32);
  }
}
END_TEST

/// Inputs of the largest magnitude, each with the sign of its weight, make the largest sum.
START_TEST(test_no_sum_of_16_bits_overflows) {
  const Graph graph = recurrent_unet();
  const NumberFormats formats(graph, int8_format(graph));
  for (const int inputs : {1, 8, 16, 500})
    for (const float one : {0.0f, 1e-3f, 1.0f, 40.0f}) {
      Convolution task{"c", {3, 1, 1}};
      const std::size_t each = static_cast<std::size_t>(inputs) * 9;
      std::vector<float> weights = random_picture(2 * each, 5);
      // The first output has one weight that is larger than all others, or no weight at all.
      for (std::size_t i = 0; i < each; ++i) weights[i] *= i == 0 ? one : 0.01f * one;
      task.weights = [&] { return weights; };
      task.bias = [](std::size_t) { return std::vector<float>{0.25f, -0.5f}; };
      const Convolution whole = formats.fixed16(task, node_named(graph, "tail"));
      const std::vector<float> steps = whole.weights();
      for (std::size_t o = 0; o < 2; ++o) {
        double largest = 0;
        for (std::size_t i = o * each; i < (o + 1) * each; ++i) {
          ck_assert_float_eq(steps[i], std::nearbyint(steps[i]));
          ck_assert_float_le(std::abs(steps[i]), static_cast<float>(kHighestFixed16Weight));
          largest += std::abs(double(steps[i])) * double(kMaxFixed16Steps);
          // A step of a sum is one of the weight and one of the input.
          const double weight =
              double(steps[i]) * double(whole.scales[0][o]) * double(kFixed16Steps);
          ck_assert_double_eq_tol(weight, weights[i],
                                  0.51 * double(whole.scales[0][o]) * double(kFixed16Steps));
        }
        ck_assert_double_le(largest, 2147483647.0);
        const float bias = o == 0 ? 0.25f : -0.5f;
        ck_assert_float_eq_tol(whole.bias(0)[o] * whole.scales[0][o], bias, 1e-5f);
      }
    }
}
END_TEST

int main() {
  return run_suite(
      "plan",
      {test_sums_and_activations_join_the_operation_before, test_a_value_with_two_readers_is_stored,
       test_the_end_of_a_recurrent_network_is_one_operation, test_kernels_follow_sizes_and_types,
       test_values_are_quantised_by_whoever_computes_with_integers,
       test_frame_and_state_stay_float32_beside_bfloat16,
       test_the_output_is_float32_where_a_convolution_writes_it, test_kernels_read_whole_words,
       test_an_operation_computes_the_rows_of_each_tile,
       test_a_convolution_is_made_once_for_all_row_tiles, test_frames_are_read_in_16_bits,
       test_no_sum_of_16_bits_overflows});
}
