// SPDX-License-Identifier: LGPL-2.1-or-later
// Which convolutions go to the matrix tiles, and the calls that compute them, against the
// definition.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "engine/onednn/amx_convolution.h"
#include "engine/onednn/cpu.h"
#include "support/call_list.h"
#include "support/check.h"
#include "support/slow_convolution.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kSlope = 0.2f;
constexpr int kHeight = 12;
constexpr int kWidth = 150;  ///< at least min_amx_width of all channels
constexpr Window k3x3{3, 1, 1};

void need_tiles() {
  if (!may_use_amx()) skip_test("oneDNN may use no AMX tiles of bfloat16 on this CPU");
}

RowBand band(Type type, int channels, int width = kWidth) {
  return {.type = type, .channels = channels, .width = width};
}

ResolvedPostOps adding(Type type, Activation before = Activation::none) {
  return {.before = before, .addend = band(type, 8)};
}

/// Fills a band with values that bfloat16 holds exactly.
void fill(CallList& list, const RowBand& band, std::uint32_t seed) {
  std::mt19937 random(seed);
  list.fill(band, [&](int, int, int) {
    const auto value = static_cast<double>(random() % 256);
    return band.type == Type::u8 ? value : (value - 128) / 128;
  });
}

/// The largest error of a value: those of bfloat16 are rounded to 8 bits, codes to whole numbers.
double tolerance(Type type) {
  if (type == Type::u8) return 0.501;
  return type == Type::bf16 ? 0.02 : 2e-5;
}

struct Rows {
  RowRange in, out;
};

/// A 3x3 convolution.
struct Case {
  Type in = Type::bf16, out = Type::bf16;
  int inputs = 16, outputs = 16;
  Rows rows{{3, 9}, {4, 8}};
  Activation before = Activation::none, after = Activation::none;
  bool has_addend = false;
  Type addend = Type::bf16;
  bool in_rings = false;

  void check() const {
    CallList list(kSlope);
    const RowBand from = rows_of(list, in, inputs, rows.in);
    const RowBand to = rows_of(list, out, outputs, rows.out);
    const RowBand added = rows_of(list, addend, outputs, rows.out);
    SlowConvolution slow(k3x3, inputs, outputs, 1);
    if (in == Type::u8) {
      slow.round_to_codes();
      for (float& scale : slow.scales) scale *= 0.05f;
    } else {
      for (float& weight : slow.weights) weight /= static_cast<float>(inputs);
      slow.round_to_bfloat16();
    }
    ResolvedPostOps post_ops{.before = before, .after = after};
    if (has_addend) post_ops.addend = added;
    ck_assert(suits_amx(k3x3, post_ops, from, to));
    const float factor = out == Type::u8 ? 100 : 1;
    append_amx_convolution(list.builder, slow.call(), post_ops, factor, from, to);
    ck_assert(!list.builder.calls.back().convolution.empty());
    list.prepare();
    fill(list, from, 3);
    fill(list, added, 4);
    list.run();
    const double difference = list.difference(to, [&](int y, int x, int o) {
      double value = activate(slow.sum_at(list, from, kHeight, y, x, o), before, kSlope);
      if (has_addend) value += list.get(added, y, x, o);
      value = factor * activate(value, after, kSlope);
      return out == Type::u8 ? std::clamp(value, 0.0, 255.0) : value;
    });
    if (!(difference <= tolerance(out)))
      ck_abort_msg("types %d -> %d, %d -> %d channels, rows %d ... %d: wrong by %g",
                   static_cast<int>(in), static_cast<int>(out), inputs, outputs, rows.out.begin,
                   rows.out.end, difference);
  }

 private:
  RowBand rows_of(CallList& list, Type type, int channels, RowRange wanted) const {
    if (!in_rings) return list.band(type, channels, kWidth, wanted);
    // The ring has no more rows than are there, and comes back to its start between them.
    RowBand ring = list.band(type, channels, kWidth, {0, wanted.count()});
    ring.ring = wanted.count();
    ring.rows = wanted;
    return ring;
  }
};

}  // namespace

START_TEST(test_up_to_16_channels_suit) {
  need_tiles();
  for (const Type in : {Type::bf16, Type::f32, Type::u8})
    for (const Type out : {Type::bf16, Type::f32, Type::u8})
      for (int inputs = 1; inputs <= 16; ++inputs)
        for (int outputs = 1; outputs <= 16; ++outputs)
          ck_assert_msg(suits_amx(k3x3, {}, band(in, inputs), band(out, outputs)), "%d -> %d",
                        inputs, outputs);
  const RowBand in = band(Type::bf16, 8), out = band(Type::bf16, 8);
  for (const Type addend : {Type::bf16, Type::f32})
    ck_assert(suits_amx(k3x3, adding(addend, Activation::relu), in, out));
  ck_assert(suits_amx(k3x3, {.before = Activation::sigmoid}, in, out));
}
END_TEST

/// Each differs in one thing from a convolution that suits.
START_TEST(test_others_do_not_suit) {
  need_tiles();
  const RowBand in = band(Type::bf16, 8), out = band(Type::bf16, 8);
  for (const Window& other : {Window{1, 1, 0}, Window{5, 1, 2}, Window{3, 2, 1}, Window{3, 1, 0}})
    ck_assert(!suits_amx(other, {}, in, out));
  ck_assert(!suits_amx(k3x3, {}, band(Type::bf16, 17), out));
  ck_assert(!suits_amx(k3x3, {}, in, band(Type::bf16, 17)));
  ck_assert(!suits_amx(k3x3, {}, in, band(Type::bf16, 8, kWidth - 1)));
  ck_assert(!suits_amx(k3x3, {}, band(Type::bf16, 8, 16), band(Type::bf16, 8, 16)));
  ck_assert(!suits_amx(k3x3, adding(Type::u8), in, out));
  ck_assert(!suits_amx(k3x3, adding(Type::bf16, Activation::sigmoid), in, out));
}
END_TEST

START_TEST(test_subpixel_convolutions_that_suit) {
  need_tiles();
  for (const int inputs : {32, 64})
    for (const int outputs : {16, 32}) {
      const RowBand in = band(Type::bf16, inputs, 16), out = band(Type::bf16, outputs, 32);
      for (const Activation after : {Activation::none, Activation::relu, Activation::leaky_relu})
        ck_assert(suits_amx_subpixel_conv({.after = after}, in, out));
      ck_assert(
          suits_quantised_amx_subpixel_conv(band(Type::u8, inputs, 16), band(Type::u8, outputs)));
    }
}
END_TEST

START_TEST(test_other_subpixel_convolutions_do_not_suit) {
  need_tiles();
  const RowBand in = band(Type::bf16, 32), out = band(Type::bf16, 16, 2 * kWidth);
  ck_assert(suits_amx_subpixel_conv({}, in, out));
  ck_assert(!suits_amx_subpixel_conv({.before = Activation::relu}, in, out));
  ck_assert(!suits_amx_subpixel_conv({.after = Activation::sigmoid}, in, out));
  for (const Type type : {Type::f32, Type::u8}) {
    ck_assert(!suits_amx_subpixel_conv({}, band(type, 32), out));
    ck_assert(!suits_amx_subpixel_conv({}, in, band(type, 16, 2 * kWidth)));
  }
  for (const RowBand& other : {band(Type::bf16, 48), band(Type::bf16, 32, 15)}) {
    ck_assert(!suits_amx_subpixel_conv({}, other, out));
    ck_assert(!suits_quantised_amx_subpixel_conv(other, out));
  }
  ck_assert(!suits_amx_subpixel_conv({}, in, band(Type::bf16, 24)));
  ck_assert(!suits_quantised_amx_subpixel_conv(in, band(Type::u8, 24)));
}
END_TEST

START_TEST(test_nothing_suits_without_tiles) {
  if (may_use_amx()) skip_test("this CPU has AMX tiles of bfloat16");
  const RowBand in = band(Type::bf16, 8), out = band(Type::bf16, 8);
  ck_assert(!suits_amx(k3x3, {}, in, out));
  const RowBand wide_in = band(Type::bf16, 32), wide_out = band(Type::bf16, 16);
  ck_assert(!suits_amx_subpixel_conv({}, wide_in, wide_out));
  ck_assert(!suits_quantised_amx_subpixel_conv(wide_in, wide_out));
}
END_TEST

/// At the edges of the picture there is padding, in its middle the rows' true neighbours.
START_TEST(test_rows_agree_with_the_definition) {
  need_tiles();
  for (const Type in : {Type::bf16, Type::f32, Type::u8})
    for (const Type out : {Type::bf16, Type::f32, Type::u8})
      for (const int inputs : {3, 8, 9, 16})
        for (const int outputs : {1, 13})
          for (const Rows& rows :
               {Rows{{0, 12}, {0, 12}}, {{0, 5}, {0, 4}}, {{3, 9}, {4, 8}}, {{7, 12}, {8, 12}}})
            Case{.in = in, .out = out, .inputs = inputs, .outputs = outputs, .rows = rows}.check();
}
END_TEST

START_TEST(test_post_ops_follow_the_convolution) {
  need_tiles();
  constexpr Activation kAll[] = {Activation::none, Activation::relu, Activation::leaky_relu,
                                 Activation::sigmoid};
  for (const Type out : {Type::bf16, Type::f32, Type::u8})
    for (const Activation after : kAll)
      for (const Activation before : kAll) {
        Case c{.out = out, .before = before, .after = after};
        if (before != Activation::sigmoid || after == Activation::none) c.check();
        if (before == Activation::sigmoid) continue;
        c.has_addend = true;
        for (const Type addend : {Type::bf16, Type::f32}) {
          c.addend = addend;
          c.check();
        }
      }
}
END_TEST

START_TEST(test_rows_may_lie_in_rings) {
  need_tiles();
  for (const Type in : {Type::bf16, Type::f32})
    Case{.in = in, .has_addend = true, .in_rings = true}.check();
}
END_TEST

START_TEST(test_subpixel_convolutions_agree_with_the_definition) {
  need_tiles();
  for (const int inputs : {32, 64})
    for (const int outputs : {16, 32})
      for (const Activation after : {Activation::none, Activation::relu, Activation::leaky_relu})
        for (const bool has_addend : {false, true}) {
          CallList list(kSlope);
          // The rows begin and end in the middle of a pair.
          const RowBand in = list.band(Type::bf16, inputs, 37, {2, 6});
          const RowBand out = list.band(Type::bf16, outputs, 74, {5, 10});
          const RowBand addend = list.band(Type::bf16, outputs, 74, {4, 11});
          SlowConvolution slow({1, 1, 0}, inputs, 4 * outputs, 5);
          for (float& weight : slow.weights) weight /= 4;
          slow.round_to_bfloat16();
          ResolvedPostOps post_ops{.after = after};
          if (has_addend) post_ops.addend = addend;
          append_amx_subpixel_conv(list.builder, slow.call(), post_ops, in, out);
          ck_assert(!list.builder.calls.back().convolution.empty());
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
          ck_assert_double_le(difference, tolerance(Type::bf16));
        }
}
END_TEST

START_TEST(test_quantised_subpixel_convolutions_agree_with_the_definition) {
  need_tiles();
  constexpr float kAddendScale = 0.003f, kScale = 0.005f;
  for (const int inputs : {32, 64})
    for (const int outputs : {16, 32}) {
      CallList list;
      const RowBand in = list.band(Type::u8, inputs, 37, {2, 6});
      const QuantisedBand addend{list.band(Type::u8, outputs, 74, {4, 11}), kAddendScale};
      const QuantisedBand out{list.band(Type::u8, outputs, 74, {5, 10}), kScale};
      SlowConvolution slow({1, 1, 0}, inputs, 4 * outputs, 8);
      slow.round_to_codes();
      for (float& scale : slow.scales) scale *= 0.05f;
      append_quantised_amx_subpixel_conv(list.builder, slow.call(), in, addend, out);
      ck_assert(!list.builder.calls.back().convolution.empty());
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
END_TEST

int main() {
  return run_suite(
      "amx_calls",
      {test_up_to_16_channels_suit, test_others_do_not_suit, test_subpixel_convolutions_that_suit,
       test_other_subpixel_convolutions_do_not_suit, test_nothing_suits_without_tiles,
       test_rows_agree_with_the_definition, test_post_ops_follow_the_convolution,
       test_rows_may_lie_in_rings, test_subpixel_convolutions_agree_with_the_definition,
       test_quantised_subpixel_convolutions_agree_with_the_definition});
}
