// SPDX-License-Identifier: LGPL-2.1-or-later
// Which convolutions the direct kernels take, and the calls that compute them, against the
// definition.
#include <algorithm>
#include <vector>

#include "engine/native/convolution.h"
#include "engine/native/direct_convolution.h"
#include "engine/native/precisions.h"
#include "support/call_list.h"
#include "support/check.h"
#include "support/slow_convolution.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kSlope = 0.2f;
constexpr int kHeight = 12;
constexpr int kWidth = 37;
constexpr Window k3x3{3, 1, 1};

constexpr Type kTypes[] = {Type::float32, Type::bfloat16, Type::code};

/// Codes are at most half a step away, results of bfloat16 are rounded to 8 bits.
double tolerance(Type out) {
  if (out == Type::code) return 0.501;
  return out == Type::bfloat16 ? 0.02 : 2e-5;
}

SlowConvolution slow_convolution(const Window& window, int inputs, int outputs, Type type) {
  SlowConvolution slow(window, inputs, outputs, 1);
  if (type == Type::code) {
    slow.round_to_codes();
    for (float& scale : slow.scales) scale *= 0.05f;
  } else {
    // Small sums keep the steps of bfloat16 small.
    for (float& weight : slow.weights) weight /= static_cast<float>(inputs);
  }
  if (type == Type::bfloat16) slow.round_to_bfloat16();
  return slow;
}

void fill(CallList& list, const RowBand& band, std::uint32_t seed) {
  if (band.type != Type::code) return list.fill_randomly(band, seed);
  std::mt19937 random(seed);
  list.fill(band, [&](int, int, int) { return static_cast<double>(random() % 256); });
}

struct Rows {
  RowRange in, out;
};

struct Case {
  Type in_type = Type::float32;
  Type out_type = Type::float32;
  Window window = k3x3;
  int inputs = 16, outputs = 5;
  Rows rows{{3, 9}, {4, 8}};
  Activation before = Activation::none, after = Activation::none;
  bool has_addend = false, has_plane = false;
  Type addend_type = Type::float32;

  void check() const {
    CallList list(kSlope);
    const float factor = out_type == Type::code ? 30.0f : 1.0f;
    const RowBand in = list.band(in_type, inputs, kWidth, rows.in);
    const int out_width = (kWidth + 2 * window.padding - window.kernel) / window.stride + 1;
    const RowBand out = list.band(out_type, outputs, out_width, rows.out);
    // The addend has more rows than are asked for.
    const RowBand addend = list.band(addend_type, outputs, out_width, {0, kHeight});
    const SlowConvolution slow = slow_convolution(window, inputs, outputs, in_type);
    const std::vector<float> plane =
        random_picture(out.row_values() * static_cast<std::size_t>(rows.out.count()), 2);
    ResolvedPostOps post_ops{.before = before, .after = after};
    if (has_addend) post_ops.addend = addend;
    if (has_plane) post_ops.plane = reinterpret_cast<const char*>(plane.data());
    append_direct_convolution(list.builder, slow.call(), post_ops,
                              {{factor, addend_type == Type::code ? 0.01f : 1.0f}}, in, out);
    ck_assert(!list.builder.calls.front().convolution.empty());
    list.prepare();
    fill(list, in, 3);
    fill(list, addend, 4);
    list.run();
    const double difference = list.difference(out, [&](int y, int x, int o) {
      double value = activate(slow.sum_at(list, in, kHeight, y, x, o), before, kSlope);
      const double addend_factor = addend_type == Type::code ? 0.01f : 1.0f;
      if (has_addend) value += addend_factor * list.get(addend, y, x, o);
      if (has_plane) value += plane[((y - rows.out.begin) * out_width + x) * outputs + o];
      value = factor * activate(value, after, kSlope);
      return out_type == Type::code ? std::clamp(value, 0.0, 255.0) : value;
    });
    if (!(difference <= tolerance(out_type)))
      ck_abort_msg("type %d, %d -> %d channels, rows %d ... %d: wrong by %g",
                   static_cast<int>(in_type), inputs, outputs, rows.out.begin, rows.out.end,
                   difference);
  }
};

}  // namespace

/// At the edges of the picture there is padding, in its middle the rows' true neighbours.
START_TEST(test_rows_agree_with_the_definition) {
  for (const Type type : kTypes)
    for (const Type out : {Type::float32, Type::bfloat16, Type::code})
      for (const int outputs : {2, 6, 16, 40})
        for (const Rows& rows :
             {Rows{{0, 12}, {0, 12}}, {{0, 5}, {0, 4}}, {{3, 9}, {4, 8}}, {{7, 12}, {8, 12}}})
          Case{.in_type = type, .out_type = out, .inputs = 12, .outputs = outputs, .rows = rows}
              .check();
}
END_TEST

START_TEST(test_strides_agree_with_the_definition) {
  for (const Type type : kTypes)
    for (const Window& window : {Window{2, 2, 0}, Window{3, 2, 1}})
      for (const int outputs : {2, 24})
        Case{.in_type = type, .window = window, .outputs = outputs, .rows = {{3, 10}, {2, 5}}}
            .check();
}
END_TEST

START_TEST(test_post_ops_follow_the_convolution) {
  constexpr Activation kAll[] = {Activation::none, Activation::relu, Activation::leaky_relu,
                                 Activation::sigmoid};
  for (const Type type : kTypes)
    for (const Type out : kTypes)
      for (const Activation after : kAll)
        for (const Activation before : kAll) {
          // Only the result of one pass may become codes, and only one sigmoid is in a pass.
          const bool is_two_passes = before == Activation::sigmoid;
          Case c{.in_type = type, .out_type = out, .before = before, .after = after};
          if (!is_two_passes || after == Activation::none || out != Type::code) c.check();
          if (is_two_passes && out == Type::code) continue;
          c.has_addend = true;
          for (const Type addend : kTypes) {
            if (is_two_passes && addend != out) continue;
            c.addend_type = addend;
            c.check();
          }
        }
}
END_TEST

START_TEST(test_constants_are_added_after_the_first_activation) {
  for (const Type type : kTypes)
    Case{.in_type = type,
         .before = Activation::relu,
         .after = Activation::leaky_relu,
         .has_plane = true}
        .check();
}
END_TEST

START_TEST(test_subpixel_convolutions_agree_with_the_definition) {
  for (const Type type : kTypes)
    for (const int outputs : {6, 16, 32})
      for (const Activation after : {Activation::none, Activation::leaky_relu, Activation::relu})
        for (const bool has_addend : {false, true}) {
          CallList list(kSlope);
          // The rows begin and end in the middle of a pair.
          const RowBand in = list.band(type, 32, kWidth, {2, 6});
          const RowBand out = list.band(type, outputs, 2 * kWidth, {5, 10});
          const RowBand addend = list.band(type, outputs, 2 * kWidth, {4, 11});
          const SlowConvolution slow = slow_convolution({1, 1, 0}, 32, 4 * outputs, type);
          ResolvedPostOps post_ops{.after = after};
          if (has_addend) post_ops.addend = addend;
          const DirectFactors factors =
              type == Type::code ? DirectFactors{200, 0.003f} : DirectFactors{};
          append_direct_subpixel_conv(list.builder, slow.call(), post_ops, {factors}, in, out);
          list.prepare();
          fill(list, in, 6);
          fill(list, addend, 7);
          list.run();
          const double difference = list.difference(out, [&](int y, int x, int c) {
            const int channel = (2 * (y % 2) + x % 2) * outputs + c;
            double value = slow.sum_at(list, in, kHeight, y / 2, x / 2, channel);
            if (has_addend)
              value += static_cast<double>(factors.addend) * list.get(addend, y, x, c);
            value = factors.result * activate(value, after, kSlope);
            return type == Type::code ? std::clamp(value, 0.0, 255.0) : value;
          });
          ck_assert_double_le(difference, tolerance(type));
        }
}
END_TEST

START_TEST(test_subpixel_convolutions_add_constants) {
  CallList list(kSlope);
  const RowBand in = list.band(Type::float32, 8, kWidth, {2, 6});
  const RowBand out = list.band(Type::float32, 3, 2 * kWidth, {5, 10});
  const std::vector<float> plane = random_picture(out.row_values() * 5, 2);
  const SlowConvolution slow = slow_convolution({1, 1, 0}, 8, 12, Type::float32);
  append_direct_subpixel_conv(
      list.builder, slow.call(),
      {.before = Activation::sigmoid, .plane = reinterpret_cast<const char*>(plane.data())}, {{}},
      in, out);
  list.prepare();
  fill(list, in, 6);
  list.run();
  const double difference = list.difference(out, [&](int y, int x, int c) {
    const int channel = (2 * (y % 2) + x % 2) * 3 + c;
    return activate(slow.sum_at(list, in, kHeight, y / 2, x / 2, channel), Activation::sigmoid, 0) +
           plane[((y - 5) * 2 * kWidth + x) * 3 + c];
  });
  ck_assert_double_le(difference, tolerance(Type::float32));
}
END_TEST

START_TEST(test_convolutions_without_bias) {
  CallList list;
  const RowBand in = list.band(Type::float32, 8, kWidth, {0, 2});
  const RowBand out = list.band(Type::float32, 20, kWidth, {0, 2});
  SlowConvolution slow = slow_convolution({1, 1, 0}, 8, 20, Type::float32);
  std::fill(slow.bias.begin(), slow.bias.end(), 0.0f);
  Convolution convolution = slow.call();
  convolution.bias = {};
  append_direct_convolution(list.builder, convolution, {}, {{}}, in, out);
  list.prepare();
  fill(list, in, 6);
  list.run();
  ck_assert_double_le(
      list.difference(out,
                      [&](int y, int x, int c) { return slow.sum_at(list, in, kHeight, y, x, c); }),
      tolerance(Type::float32));
}
END_TEST

START_TEST(test_tiles_take_what_fills_them) {
  const RowBand in{.type = Type::bfloat16, .channels = 16, .width = kWidth};
  const RowBand odd{.type = Type::bfloat16, .channels = 34, .width = kWidth};
  ck_assert(runs_on_tiles(k3x3, in, in) == may_use_tiles());
  ck_assert(!runs_on_tiles({1, 1, 0}, odd, in));
  const RowBand floats{.type = Type::float32, .channels = 16, .width = kWidth};
  ck_assert(!runs_on_tiles(k3x3, floats, floats));
}
END_TEST

int main() {
  return run_suite(
      "direct_calls",
      {test_rows_agree_with_the_definition, test_strides_agree_with_the_definition,
       test_post_ops_follow_the_convolution, test_constants_are_added_after_the_first_activation,
       test_subpixel_convolutions_agree_with_the_definition,
       test_subpixel_convolutions_add_constants, test_convolutions_without_bias,
       test_tiles_take_what_fills_them});
}
