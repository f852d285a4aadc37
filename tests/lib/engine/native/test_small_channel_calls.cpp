// SPDX-License-Identifier: LGPL-2.1-or-later
// Which convolutions have few enough channels for the kernels of the library, and the calls that
// compute them, against the definition.
#include <algorithm>
#include <string>
#include <vector>

#include "engine/native/small_channel_convolution.h"
#include "kernels/dot_convolution/dot_convolution.h"
#include "kernels/small_channel_convolution/small_channel_convolution.h"
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

/// One kind of values that the kernels compute with.
struct Kind {
  const char* name;
  Type in, out;
  bool is_there;
  std::vector<int> inputs;        ///< numbers of channels that suit
  std::vector<int> wrong_inputs;  ///< and some that do not
  std::vector<Type> wrong_outputs;
};

std::vector<Kind> kinds() {
  const std::vector<int> halves = {4, 10, 64}, no_halves = {2, 9, 66};
  const std::vector<int> bytes = {8, 12, 128}, no_bytes = {4, 18, 132};
  return {
      {"float32",
       Type::float32,
       Type::float32,
       small_channel_convolution() != nullptr,
       {1, 5, 16},
       {17},
       {Type::bfloat16, Type::code}},
      {"bfloat16",
       Type::bfloat16,
       Type::bfloat16,
       bfloat16_dot() != nullptr,
       halves,
       no_halves,
       {Type::code}},
      {"bfloat16 to float32",
       Type::bfloat16,
       Type::float32,
       bfloat16_dot() != nullptr,
       halves,
       no_halves,
       {Type::code}},
      {"codes", Type::code, Type::code, code_dot() != nullptr, bytes, no_bytes, {Type::bfloat16}},
      {"codes to float32",
       Type::code,
       Type::float32,
       code_dot() != nullptr,
       bytes,
       no_bytes,
       {Type::bfloat16}}};
}

RowBand band(Type type, int channels, int width = kWidth) {
  return {.type = type, .channels = channels, .width = width};
}

/// Returns the kinds that this CPU computes, and reports the others. Skips the running test where
/// there is none.
std::vector<Kind> kinds_of_this_cpu() {
  std::vector<Kind> result;
  for (const Kind& kind : kinds()) {
    if (kind.is_there)
      result.push_back(kind);
    else
      skip_part(kind.name, "this CPU lacks its instructions");
  }
  if (result.empty()) skip_test("this CPU lacks AVX-512");
  return result;
}

struct Rows {
  RowRange in, out;
};

/// Results of bfloat16 are rounded to 8 bits, after each of up to two steps. Codes just above or
/// just below a half may be rounded either way.
double tolerance(const Kind& kind) {
  if (kind.out == Type::code) return 1;
  return kind.out == Type::bfloat16 ? 0.02 : 2e-5;
}

/// Only a convolution with nothing but its own activation may end in codes.
bool may_have_rest(const Kind& kind) { return kind.out != Type::code; }

struct Case {
  const Kind& kind;
  int inputs = 0, outputs = 0;
  Rows rows;
  Activation before = Activation::none, after = Activation::none;
  bool has_addend = false, has_plane = false;

  void check() const {
    CallList list(kSlope);
    const RowBand in = list.band(kind.in, inputs, kWidth, rows.in);
    const RowBand out = list.band(kind.out, outputs, kWidth, rows.out);
    // The addend has more rows than are asked for.
    const RowBand addend = list.band(kind.out, outputs, kWidth, {0, kHeight});
    SlowConvolution slow(k3x3, inputs, outputs, 1);
    if (kind.in == Type::code) {
      slow.round_to_codes();
      for (float& scale : slow.scales) scale *= kind.out == Type::code ? 10 : 0.05f;
    } else {
      // Small sums keep the steps of bfloat16 small.
      for (float& weight : slow.weights) weight /= static_cast<float>(inputs);
    }
    if (kind.in == Type::bfloat16) slow.round_to_bfloat16();
    const std::size_t plane_values = out.row_values() * static_cast<std::size_t>(rows.out.count());
    const std::vector<float> plane = random_picture(plane_values, 2);
    std::vector<Bfloat16> half_plane(plane_values);
    for (std::size_t i = 0; i < plane_values; ++i) assign(half_plane[i], plane[i]);
    ResolvedPostOps post_ops{.before = before, .after = after};
    if (has_addend) post_ops.addend = addend;
    if (has_plane)
      post_ops.plane = kind.out == Type::bfloat16 ? reinterpret_cast<const char*>(half_plane.data())
                                                  : reinterpret_cast<const char*>(plane.data());
    append_small_channel_convolution(list.builder, slow.call(), post_ops, in, out);
    ck_assert(list.builder.calls.front().convolution.size());
    list.prepare();
    list.fill_randomly(in, 3);
    list.fill_randomly(addend, 4);
    list.run();
    const double difference = list.difference(out, [&](int y, int x, int o) {
      double value = activate(slow.sum_at(list, in, kHeight, y, x, o), before, kSlope);
      if (has_addend) value += list.get(addend, y, x, o);
      if (has_plane) value += plane[((y - rows.out.begin) * kWidth + x) * outputs + o];
      value = activate(value, after, kSlope);
      return kind.out == Type::code ? std::nearbyint(std::clamp(value, 0.0, 255.0)) : value;
    });
    if (!(difference <= tolerance(kind)))
      ck_abort_msg("%s, %d -> %d channels, rows %d ... %d: wrong by %g", kind.name, inputs, outputs,
                   rows.out.begin, rows.out.end, difference);
  }
};

}  // namespace

START_TEST(test_few_channels_suit) {
  for (const Kind& kind : kinds_of_this_cpu())
    for (const int inputs : kind.inputs)
      for (int outputs = 1; outputs <= 8; ++outputs) {
        // In float32 a vector holds the inputs.
        const bool suits = kind.in != Type::float32 || outputs <= 2 || (inputs > 8 && outputs < 8);
        ck_assert_msg(
            suits_small_channels(k3x3, band(kind.in, inputs), band(kind.out, outputs)) == suits,
            "%s, %d -> %d", kind.name, inputs, outputs);
      }
}
END_TEST

/// Each differs in one thing from a convolution that suits.
START_TEST(test_others_do_not_suit) {
  for (const Kind& kind : kinds_of_this_cpu()) {
    const RowBand in = band(kind.in, 16), out = band(kind.out, 6);
    ck_assert(suits_small_channels(k3x3, in, out));
    for (const Window& other : {Window{1, 1, 0}, Window{5, 1, 2}, Window{3, 2, 1}, Window{3, 1, 0}})
      ck_assert(!suits_small_channels(other, in, out));
    for (const int inputs : kind.wrong_inputs)
      ck_assert_msg(!suits_small_channels(k3x3, band(kind.in, inputs), out), "%s from %d",
                    kind.name, inputs);
    ck_assert(!suits_small_channels(k3x3, in, band(kind.out, 9)));
    for (const Type type : kind.wrong_outputs)
      ck_assert_msg(!suits_small_channels(k3x3, in, band(type, 6)), "%s to type %d", kind.name,
                    static_cast<int>(type));
    ck_assert(!suits_small_channels(k3x3, in, band(kind.out, 6, kWidth - 1)));
  }
}
END_TEST

START_TEST(test_nothing_suits_cpus_without_the_instructions) {
  int lacking = 0;
  for (const Kind& kind : kinds()) {
    if (kind.is_there) continue;
    ++lacking;
    for (const int inputs : kind.inputs)
      ck_assert(!suits_small_channels(k3x3, band(kind.in, inputs), band(kind.out, 6)));
  }
  if (lacking == 0) skip_test("this CPU has the instructions of all kinds");
}
END_TEST

/// At the edges of the picture there is padding, in its middle the rows' true neighbours.
START_TEST(test_rows_agree_with_the_definition) {
  for (const Kind& kind : kinds_of_this_cpu())
    for (const int inputs : kind.inputs)
      for (const int outputs : {1, 3, 6, 8})
        for (const Rows& rows :
             {Rows{{0, 12}, {0, 12}}, {{0, 5}, {0, 4}}, {{3, 9}, {4, 8}}, {{7, 12}, {8, 12}}})
          Case{kind, inputs, outputs, rows}.check();
}
END_TEST

START_TEST(test_post_ops_follow_the_convolution) {
  constexpr Activation kAll[] = {Activation::none, Activation::relu, Activation::leaky_relu,
                                 Activation::sigmoid};
  for (const Kind& kind : kinds_of_this_cpu())
    for (const Activation before : kAll)
      for (const Activation after : kAll)
        for (const bool has_addend : {false, true})
          if (may_have_rest(kind) || (after == Activation::none && !has_addend))
            Case{kind, 16, 5, {{3, 9}, {4, 8}}, before, after, has_addend}.check();
}
END_TEST

START_TEST(test_constants_are_added_after_the_first_activation) {
  for (const Kind& kind : kinds_of_this_cpu())
    if (may_have_rest(kind))
      Case{kind, 16, 5, {{3, 9}, {4, 8}}, Activation::relu, Activation::leaky_relu, false, true}
          .check();
}
END_TEST

int main() {
  return run_suite(
      "small_channel_calls",
      {test_few_channels_suit, test_others_do_not_suit,
       test_nothing_suits_cpus_without_the_instructions, test_rows_agree_with_the_definition,
       test_post_ops_follow_the_convolution, test_constants_are_added_after_the_first_activation});
}
