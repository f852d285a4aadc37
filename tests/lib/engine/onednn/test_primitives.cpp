// SPDX-License-Identifier: LGPL-2.1-or-later
// The layers that oneDNN computes, and their constants, against the definitions of the layers.
#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/onednn/primitives.h"
#include "engine/onednn/weights.h"
#include "net/tensor.h"
#include "support/call_list.h"
#include "support/check.h"
#include "support/networks.h"
#include "support/slow_convolution.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kSlope = 0.2f;

struct Rows {
  RowRange in, out;
};

Node node_of(const Graph& graph, const std::string& name) {
  for (const Node& node : graph.nodes()) {
    if (node.name == name) return node;
  }
  ck_abort_msg("no node %s", name.c_str());
}

}  // namespace

START_TEST(test_only_3x3_windows_are_3x3) {
  ck_assert((Window{3, 1, 1}.is_3x3()));
  for (const Window& other : {Window{3, 2, 1}, Window{3, 1, 0}, Window{5, 1, 2}, Window{}})
    ck_assert(!other.is_3x3());
}
END_TEST

/// At the edges of the picture there is padding, in its middle the rows' true neighbours.
START_TEST(test_convolution_of_some_rows) {
  constexpr int kHeight = 12;
  struct Case {
    Window window;
    std::vector<Rows> rows;
  };
  const Case cases[] = {
      {{3, 1, 1}, {{{0, 12}, {0, 12}}, {{0, 5}, {0, 4}}, {{3, 9}, {4, 8}}, {{7, 12}, {8, 12}}}},
      {{3, 2, 1}, {{{0, 12}, {0, 6}}, {{3, 8}, {2, 4}}}},
      {{2, 2, 0}, {{{0, 12}, {0, 6}}, {{4, 8}, {2, 4}}}},
      {{1, 1, 0}, {{{2, 7}, {2, 7}}}}};
  for (const Case& c : cases)
    for (const Rows& rows : c.rows)
      for (const Activation activation :
           {Activation::none, Activation::relu, Activation::leaky_relu, Activation::sigmoid}) {
        CallList list(kSlope);
        const RowBand in = list.band(Type::f32, 5, 14, rows.in);
        const RowBand out = list.band(Type::f32, 7, 14 / c.window.stride, rows.out);
        const SlowConvolution slow(c.window, 5, 7, 1);
        append_convolution(list.builder, slow.call(activation), in, out);
        ck_assert(!list.builder.calls.back().convolution.empty());
        list.prepare();
        list.fill_randomly(in, 2);
        list.run();
        const double difference = list.difference(out, [&](int y, int x, int o) {
          return activate(slow.sum_at(list, in, kHeight, y, x, o), activation, kSlope);
        });
        ck_assert_double_le(difference, 1e-5);
      }
}
END_TEST

/// Products of bytes and of weights of whole numbers are exact, so only the scales are rounded.
START_TEST(test_convolution_of_bytes) {
  CallList list;
  const RowBand in = list.band(Type::u8, 4, 9, {0, 6});
  const RowBand out = list.band(Type::f32, 3, 9, {0, 6});
  SlowConvolution slow({3, 1, 1}, 4, 3, 3);
  slow.round_to_codes();
  slow.scales = {0.5f, 0.125f, 0.01f};
  append_convolution(list.builder, slow.call(Activation::relu), in, out);
  list.prepare();
  // CPUs without instructions for such products saturate pairs of them beyond 16 bits.
  list.fill(in, [](int y, int x, int c) { return (7 * y + 3 * x + 5 * c) % 50; });
  list.run();
  const double difference = list.difference(
      out, [&](int y, int x, int o) { return std::max(slow.sum_at(list, in, 6, y, x, o), 0.0); });
  ck_assert_double_le(difference, 1e-3);
}
END_TEST

START_TEST(test_dense_takes_lists_of_values) {
  CallList list(kSlope);
  const RowBand in = list.band(Type::f32, 3, 4, {0, 2});
  const RowBand out = list.band(Type::f32, 5, 1, {0, 1});
  const SlowConvolution slow({}, 24, 5, 4);
  append_dense(list.builder, slow.call(Activation::leaky_relu), in, out);
  list.prepare();
  list.fill_randomly(in, 5);
  list.run();
  const double difference = list.difference(out, [&](int, int, int o) {
    double sum = slow.bias[o];
    for (int i = 0; i < 24; ++i)
      sum += slow.weights[o * 24 + i] * list.get(in, i / 12, i / 3 % 4, i % 3);
    return activate(sum, Activation::leaky_relu, kSlope);
  });
  ck_assert_double_le(difference, 1e-5);
}
END_TEST

START_TEST(test_conversion_rounds_the_rows_that_are_asked_for) {
  CallList list;
  const RowBand in = list.band(Type::f32, 3, 7, {2, 10});
  const RowBand half = list.band(Type::bf16, 3, 7, {4, 9});
  const RowBand back = list.band(Type::f32, 3, 7, {5, 8});
  append_conversion(list.builder, in, half);
  append_conversion(list.builder, half, back);
  list.prepare();
  list.fill_randomly(in, 6);
  list.run();
  // A value x has 8 bits: it is a multiple of 2^(exponent - 8) for 2^exponent > |x|.
  const double difference = list.difference(half, [&](int y, int x, int c) {
    int exponent = 0;
    std::frexp(list.get(in, y, x, c), &exponent);
    const double step = std::ldexp(1.0, exponent - 8);
    return std::nearbyint(list.get(in, y, x, c) / step) * step;
  });
  ck_assert_double_eq(difference, 0);
  ck_assert_double_eq(
      list.difference(back, [&](int y, int x, int c) { return list.get(half, y, x, c); }), 0);
}
END_TEST

START_TEST(test_plans_share_constants) {
  CallList list;
  int made = 0;
  const auto make = [&] {
    ++made;
    return std::vector<float>{1, 2, 3.25f};
  };
  const auto* first = static_cast<const float*>(list.weights.list("a", Type::f32, 3, make));
  ck_assert_ptr_eq(list.weights.list("a", Type::f32, 3, make), first);
  ck_assert_int_eq(made, 1);
  for (int i = 0; i < 3; ++i) ck_assert_float_eq(first[i], make()[i]);
  made = 0;
  // Another name or another layout is another constant.
  ck_assert_ptr_ne(list.weights.list("b", Type::f32, 3, make), first);
  const auto* halves = static_cast<const Bfloat16*>(list.weights.list("a", Type::bf16, 3, make));
  ck_assert_int_eq(made, 2);
  ck_assert_float_eq(to_float(halves[2]), 3.25f);
  ck_assert_int_eq(list.weights.memory_bytes(), 12 + 12 + 6);
}
END_TEST

/// The weights of a convolution of stride 1 by which the transposed one is computed.
START_TEST(test_transposed_convolutions_become_convolutions) {
  constexpr int kInputs = 3, kOutputs = 2, kKernel = 3;
  for (const int stride : {1, 2}) {
    Graph g;
    g.set_output(
        g.transposed_conv("t", g.input(kInputs), kOutputs, kKernel, stride, Activation::none));
    const Tensors tensors = random_tensors(g, 7);
    const std::vector<float>& given = tensors.at("t.weight").values;
    const std::vector<float> found = transposed_conv_weights(node_of(g, "t"), kInputs, tensors);
    ck_assert_uint_eq(found.size(), given.size());
    std::size_t at = 0;
    const auto expect = [&](int input, int output, int ky, int kx) {
      ck_assert_float_eq(found[at++],
                         given[((input * kOutputs + output) * kKernel + ky) * kKernel + kx]);
    };
    if (stride == 1) {
      for (int o = 0; o < kOutputs; ++o)
        for (int i = 0; i < kInputs; ++i)
          for (int ky = kKernel - 1; ky >= 0; --ky)
            for (int kx = kKernel - 1; kx >= 0; --kx) expect(i, o, ky, kx);
    } else {
      for (int ky = 0; ky < kKernel; ++ky)
        for (int kx = 0; kx < kKernel; ++kx)
          for (int o = 0; o < kOutputs; ++o)
            for (int i = 0; i < kInputs; ++i) expect(i, o, ky, kx);
    }
    ck_assert(bias_values(node_of(g, "t"), tensors) == tensors.at("t.bias").values);
  }
}
END_TEST

/// A convolution by the weights does to a pixel what the definition of the operation does.
START_TEST(test_batch_norm_becomes_a_convolution) {
  constexpr int kChannels = 4;
  Graph g;
  g.set_output(g.batch_norm("n", g.input(kChannels)));
  const Tensors tensors = random_tensors(g, 8);
  const std::vector<float> weights = batch_norm_weights(node_of(g, "n"), tensors);
  const std::vector<float> bias = batch_norm_bias(node_of(g, "n"), tensors);
  SlowPicture pixel(kChannels, 1, 1);
  for (int c = 0; c < kChannels; ++c) pixel.at(c, 0, 0) = 0.3 * c - 0.4;
  const SlowPicture wanted = run_slowly(g, tensors, pixel);
  for (int o = 0; o < kChannels; ++o) {
    double sum = bias[o];
    for (int i = 0; i < kChannels; ++i) sum += weights[o * kChannels + i] * pixel.get(i, 0, 0);
    ck_assert_double_eq_tol(sum, wanted.get(o, 0, 0), 1e-5);
  }
}
END_TEST

/// Networks order the values of a picture by channel, this engine by position.
START_TEST(test_constants_of_pictures_are_ordered_by_position) {
  Graph g;
  const Shape in{3, 2, 4};
  const NodeId x = g.input(in.channels, in.height, in.width);
  const NodeId map = g.bias_map("m", x, in.height, in.width, Activation::none);
  g.set_output(g.dense("d", g.conv("c", map, 3, 1, 1, Activation::none), 5, Activation::none));
  const Tensors tensors = random_tensors(g, 9);
  const std::vector<float> dense = dense_weights(node_of(g, "d"), in, tensors);
  const std::vector<float> plane = bias_map_values(node_of(g, "m"), tensors);
  ck_assert_uint_eq(dense.size(), 5 * 24);
  ck_assert_uint_eq(plane.size(), 24);
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 4; ++x) {
        const int from = (c * 2 + y) * 4 + x;
        const int to = (y * 4 + x) * 3 + c;
        ck_assert_float_eq(plane[to], tensors.at("m.bias").values[from]);
        for (int o = 0; o < 5; ++o)
          ck_assert_float_eq(dense[o * 24 + to], tensors.at("d.weight").values[o * 24 + from]);
      }
  ck_assert(conv_weights(node_of(g, "c"), tensors) == tensors.at("c.weight").values);
}
END_TEST

int main() {
  return run_suite(
      "primitives",
      {test_only_3x3_windows_are_3x3, test_convolution_of_some_rows, test_convolution_of_bytes,
       test_dense_takes_lists_of_values, test_conversion_rounds_the_rows_that_are_asked_for,
       test_plans_share_constants, test_transposed_convolutions_become_convolutions,
       test_batch_norm_becomes_a_convolution, test_constants_of_pictures_are_ordered_by_position});
}
