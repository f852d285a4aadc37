// SPDX-License-Identifier: LGPL-2.1-or-later
// Which convolutions the direct kernels take, and the calls that compute them, against the
// definition.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/onednn/cpu.h"
#include "engine/onednn/direct_convolution.h"
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

struct Kind {
  const char* name;
  Type in;
  std::vector<dnnl::cpu_isa> any_of;

  bool is_there() const { return std::any_of(any_of.begin(), any_of.end(), may_use); }
};
const Kind kKinds[] = {
    {"float32", Type::f32, {dnnl::cpu_isa::avx2}},
    {"bfloat16", Type::bf16, {dnnl::cpu_isa::avx512_core_bf16}},
    {"codes", Type::u8, {dnnl::cpu_isa::avx512_core_vnni, dnnl::cpu_isa::avx2_vnni}}};

RowBand band(Type type, int channels) {
  return {.type = type, .channels = channels, .width = kWidth};
}

/// Returns the kinds that this CPU computes, and reports the others. Skips the running test where
/// there is none.
std::vector<Kind> kinds_of_this_cpu() {
  std::vector<Kind> result;
  for (const Kind& kind : kKinds) {
    if (kind.is_there())
      result.push_back(kind);
    else
      skip_part(kind.name, "this CPU lacks its instructions");
  }
  if (result.empty()) skip_test("this CPU lacks AVX2");
  return result;
}

/// Codes are at most half a step away, results of bfloat16 are rounded to 8 bits.
double tolerance(Type out) {
  if (out == Type::u8) return 0.501;
  return out == Type::bf16 ? 0.02 : 2e-5;
}

SlowConvolution slow_convolution(const Window& window, int inputs, int outputs, Type type) {
  SlowConvolution slow(window, inputs, outputs, 1);
  if (type == Type::u8) {
    slow.round_to_codes();
    for (float& scale : slow.scales) scale *= 0.05f;
  } else {
    // Small sums keep the steps of bfloat16 small.
    for (float& weight : slow.weights) weight /= static_cast<float>(inputs);
  }
  if (type == Type::bf16) slow.round_to_bfloat16();
  return slow;
}

void fill(CallList& list, const RowBand& band, std::uint32_t seed) {
  if (band.type != Type::u8) return list.fill_randomly(band, seed);
  std::mt19937 random(seed);
  list.fill(band, [&](int, int, int) { return static_cast<double>(random() % 256); });
}

struct Rows {
  RowRange in, out;
};

struct Case {
  Kind kind;
  Type out_type = Type::f32;
  Window window = k3x3;
  int inputs = 16, outputs = 5;
  Rows rows{{3, 9}, {4, 8}};
  Activation before = Activation::none, after = Activation::none;
  bool has_addend = false, has_plane = false;
  Type addend_type = Type::f32;

  void check() const {
    CallList list(kSlope);
    const float factor = out_type == Type::u8 ? 30.0f : 1.0f;
    const RowBand in = list.band(kind.in, inputs, kWidth, rows.in);
    const int out_width = (kWidth + 2 * window.padding - window.kernel) / window.stride + 1;
    const RowBand out = list.band(out_type, outputs, out_width, rows.out);
    // The addend has more rows than are asked for.
    const RowBand addend = list.band(addend_type, outputs, out_width, {0, kHeight});
    const SlowConvolution slow = slow_convolution(window, inputs, outputs, kind.in);
    const std::vector<float> plane =
        random_picture(out.row_values() * static_cast<std::size_t>(rows.out.count()), 2);
    ResolvedPostOps post_ops{.before = before, .after = after};
    if (has_addend) post_ops.addend = addend;
    if (has_plane) post_ops.plane = reinterpret_cast<const char*>(plane.data());
    append_direct_convolution(list.builder, slow.call(), post_ops, factor, in, out);
    ck_assert(!list.builder.calls.back().convolution.empty());
    list.prepare();
    fill(list, in, 3);
    fill(list, addend, 4);
    list.run();
    const double difference = list.difference(out, [&](int y, int x, int o) {
      double value = activate(slow.sum_at(list, in, kHeight, y, x, o), before, kSlope);
      if (has_addend) value += list.get(addend, y, x, o);
      if (has_plane) value += plane[((y - rows.out.begin) * out_width + x) * outputs + o];
      value = factor * activate(value, after, kSlope);
      return out_type == Type::u8 ? std::clamp(value, 0.0, 255.0) : value;
    });
    if (!(difference <= tolerance(out_type)))
      ck_abort_msg("%s, %d -> %d channels, rows %d ... %d: wrong by %g", kind.name, inputs, outputs,
                   rows.out.begin, rows.out.end, difference);
  }
};

}  // namespace

START_TEST(test_any_window_and_channels_suit) {
  for (const Kind& kind : kinds_of_this_cpu())
    for (const Window& window :
         {k3x3, Window{1, 1, 0}, Window{5, 1, 2}, Window{3, 2, 1}, Window{2, 2, 0}})
      for (const int inputs : {4, 12, 80})
        ck_assert(suits_direct(window, {}, band(kind.in, inputs)));
}
END_TEST

/// Each differs in one thing from a convolution that suits.
START_TEST(test_others_do_not_suit) {
  for (const Kind& kind : kinds_of_this_cpu()) {
    const RowBand in = band(kind.in, 16);
    ck_assert(suits_direct(k3x3, {}, in));
    ck_assert(!suits_direct({9, 1, 4}, {}, in));
    if (kind.in != Type::f32) ck_assert(!suits_direct(k3x3, {}, band(kind.in, 17)));
    ResolvedPostOps codes_added{.addend = band(Type::u8, 16)};
    ck_assert(!suits_direct(k3x3, codes_added, in));
    ResolvedPostOps added_to_sigmoid{.before = Activation::sigmoid, .addend = band(Type::f32, 16)};
    ck_assert(!suits_direct(k3x3, added_to_sigmoid, in));
    ck_assert(!suits_direct(k3x3, {.before = Activation::sigmoid, .after = Activation::relu}, in));
    ck_assert(suits_direct_subpixel_conv({}, in));
    ck_assert(!suits_direct_subpixel_conv({.before = Activation::relu}, in));
  }
}
END_TEST

START_TEST(test_nothing_suits_cpus_without_the_instructions) {
  int lacking = 0;
  for (const Kind& kind : kKinds) {
    if (kind.is_there()) continue;
    ++lacking;
    ck_assert(!suits_direct(k3x3, {}, band(kind.in, 16)));
  }
  if (lacking == 0) skip_test("this CPU has the instructions of all kinds");
}
END_TEST

/// At the edges of the picture there is padding, in its middle the rows' true neighbours.
START_TEST(test_rows_agree_with_the_definition) {
  for (const Kind& kind : kinds_of_this_cpu())
    for (const Type out : {Type::f32, Type::bf16, Type::u8})
      for (const int outputs : {2, 6, 16, 40})
        for (const Rows& rows :
             {Rows{{0, 12}, {0, 12}}, {{0, 5}, {0, 4}}, {{3, 9}, {4, 8}}, {{7, 12}, {8, 12}}})
          Case{.kind = kind, .out_type = out, .inputs = 12, .outputs = outputs, .rows = rows}
              .check();
}
END_TEST

START_TEST(test_strides_agree_with_the_definition) {
  for (const Kind& kind : kinds_of_this_cpu())
    for (const Window& window : {Window{2, 2, 0}, Window{3, 2, 1}})
      for (const int outputs : {2, 24})
        Case{.kind = kind, .window = window, .outputs = outputs, .rows = {{3, 10}, {2, 5}}}.check();
}
END_TEST

START_TEST(test_post_ops_follow_the_convolution) {
  constexpr Activation kAll[] = {Activation::none, Activation::relu, Activation::leaky_relu,
                                 Activation::sigmoid};
  for (const Kind& kind : kinds_of_this_cpu())
    for (const Type out : {Type::f32, Type::bf16, Type::u8})
      for (const Activation after : kAll)
        for (const Activation before : kAll) {
          Case c{.kind = kind, .out_type = out, .before = before, .after = after};
          if (before != Activation::sigmoid || after == Activation::none) c.check();
          if (before == Activation::sigmoid) continue;
          c.has_addend = true;
          for (const Type addend : {Type::bf16, Type::f32}) {
            c.addend_type = addend;
            c.check();
          }
        }
}
END_TEST

START_TEST(test_constants_are_added_after_the_first_activation) {
  for (const Kind& kind : kinds_of_this_cpu())
    Case{.kind = kind,
         .before = Activation::relu,
         .after = Activation::leaky_relu,
         .has_plane = true}
        .check();
}
END_TEST

START_TEST(test_subpixel_convolutions_agree_with_the_definition) {
  for (const Kind& kind : kinds_of_this_cpu()) {
    if (kind.in == Type::u8) continue;
    for (const int outputs : {6, 16, 32})
      for (const Activation after : {Activation::none, Activation::leaky_relu})
        for (const bool has_addend : {false, true}) {
          CallList list(kSlope);
          // The rows begin and end in the middle of a pair.
          const RowBand in = list.band(kind.in, 32, kWidth, {2, 6});
          const RowBand out = list.band(kind.in, outputs, 2 * kWidth, {5, 10});
          const RowBand addend = list.band(kind.in, outputs, 2 * kWidth, {4, 11});
          const SlowConvolution slow = slow_convolution({1, 1, 0}, 32, 4 * outputs, kind.in);
          ResolvedPostOps post_ops{.after = after};
          if (has_addend) post_ops.addend = addend;
          append_direct_subpixel_conv(list.builder, slow.call(), post_ops, in, out);
          list.prepare();
          fill(list, in, 6);
          fill(list, addend, 7);
          list.run();
          const double difference = list.difference(out, [&](int y, int x, int c) {
            const int channel = (2 * (y % 2) + x % 2) * outputs + c;
            double value = slow.sum_at(list, in, kHeight, y / 2, x / 2, channel);
            if (has_addend) value += list.get(addend, y, x, c);
            return activate(value, after, kSlope);
          });
          ck_assert_double_le(difference, tolerance(kind.in));
        }
  }
}
END_TEST

START_TEST(test_quantised_subpixel_convolutions_agree_with_the_definition) {
  constexpr float kAddendScale = 0.003f, kScale = 0.005f;
  for (const Kind& kind : kinds_of_this_cpu()) {
    if (kind.in != Type::u8) continue;
    for (const int outputs : {8, 32}) {
      CallList list;
      const RowBand in = list.band(Type::u8, 64, kWidth, {2, 6});
      const QuantisedBand addend{list.band(Type::u8, outputs, 2 * kWidth, {4, 11}), kAddendScale};
      const QuantisedBand out{list.band(Type::u8, outputs, 2 * kWidth, {5, 10}), kScale};
      const SlowConvolution slow = slow_convolution({1, 1, 0}, 64, 4 * outputs, Type::u8);
      append_quantised_direct_subpixel_conv(list.builder, slow.call(), in, addend, out);
      list.prepare();
      fill(list, in, 9);
      fill(list, addend.band, 10);
      list.run();
      const double difference = list.difference(out.band, [&](int y, int x, int c) {
        const int channel = (2 * (y % 2) + x % 2) * outputs + c;
        const double sum = slow.sum_at(list, in, kHeight, y / 2, x / 2, channel) +
                           static_cast<double>(kAddendScale) * list.get(addend.band, y, x, c);
        return std::clamp(sum / kScale, 0.0, 255.0);
      });
      ck_assert_double_le(difference, tolerance(Type::u8));
    }
  }
}
END_TEST

int main() {
  return run_suite(
      "direct_calls",
      {test_any_window_and_channels_suit, test_others_do_not_suit,
       test_nothing_suits_cpus_without_the_instructions, test_rows_agree_with_the_definition,
       test_strides_agree_with_the_definition, test_post_ops_follow_the_convolution,
       test_constants_are_added_after_the_first_activation,
       test_subpixel_convolutions_agree_with_the_definition,
       test_quantised_subpixel_convolutions_agree_with_the_definition});
}
