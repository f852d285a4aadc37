// SPDX-License-Identifier: LGPL-2.1-or-later
// Each loop against its definition, for some rows of a picture, value by value in double.
#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/native/loops.h"
#include "support/call_list.h"
#include "support/check.h"
#include "support/slow_convolution.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kSlope = 0.2f;
constexpr int kChannels = 5;
constexpr int kWidth = 11;
constexpr RowRange kRows{4, 10};

/// Results of bfloat16 are rounded to 8 bits, after each of up to two steps.
double tolerance(Type type) { return type == Type::bfloat16 ? 0.02 : 1e-6; }

/// Calls test with the post_ops of many kinds; addend: null or the band that they add.
template <typename Test>
void each_post_ops(const Test& test) {
  constexpr Activation kAll[] = {Activation::none, Activation::relu, Activation::leaky_relu,
                                 Activation::sigmoid};
  for (const Type type : {Type::float32, Type::bfloat16})
    for (const Activation before : kAll)
      for (const Activation after : kAll)
        for (const bool adds : {false, true}) test(type, before, after, adds);
}

}  // namespace

START_TEST(test_eltwise) {
  each_post_ops([](Type type, Activation before, Activation after, bool adds) {
    CallList list(kSlope);
    // Both have more rows than are asked for.
    const RowBand in = list.band(type, kChannels, kWidth, {3, 11});
    const RowBand addend = list.band(type, kChannels, kWidth, {2, 10});
    const RowBand out = list.band(type, kChannels, kWidth, kRows);
    ResolvedPostOps post_ops{.before = before, .after = after};
    if (adds) post_ops.addend = addend;
    append_eltwise(list.builder, post_ops, in, out);
    list.prepare();
    list.fill_randomly(in, 1);
    list.fill_randomly(addend, 2);
    list.run();
    const double difference = list.difference(out, [&](int y, int x, int c) {
      const double sum =
          activate(list.get(in, y, x, c), before, kSlope) + (adds ? list.get(addend, y, x, c) : 0);
      return activate(sum, after, kSlope);
    });
    ck_assert_double_le(difference, tolerance(type));
  });
}
END_TEST

START_TEST(test_eltwise_with_constants) {
  CallList list(kSlope);
  const RowBand in = list.band(Type::float32, kChannels, kWidth, kRows);
  const RowBand out = list.band(Type::float32, kChannels, kWidth, kRows);
  std::vector<float> plane(kRows.count() * in.row_values());
  for (std::size_t i = 0; i < plane.size(); ++i) plane[i] = 0.01f * static_cast<float>(i) - 1;
  append_eltwise(list.builder,
                 {.plane = reinterpret_cast<const char*>(plane.data()), .after = Activation::relu},
                 in, out);
  list.prepare();
  list.fill_randomly(in, 3);
  list.run();
  ck_assert_double_le(list.difference(out,
                                      [&](int y, int x, int c) {
                                        const int i = ((y - kRows.begin) * kWidth + x) * kChannels;
                                        return std::max(list.get(in, y, x, c) + plane[i + c], 0.0);
                                      }),
                      1e-6);
}
END_TEST

START_TEST(test_conversion) {
  for (const Type from : {Type::float32, Type::bfloat16, Type::code}) {
    for (const Type to : {Type::float32, Type::bfloat16}) {
      CallList list;
      const RowBand in = list.band(from, kChannels, kWidth, {3, 11});
      const RowBand out = list.band(to, kChannels, kWidth, kRows);
      append_conversion(list.builder, in, out);
      list.prepare();
      list.fill_randomly(in, 1);
      list.run();
      const double difference = list.difference(out, [&](int y, int x, int c) {
        Bfloat16 rounded;
        assign(rounded, static_cast<float>(list.get(in, y, x, c)));
        return to == Type::bfloat16 ? to_float(rounded) : list.get(in, y, x, c);
      });
      ck_assert_double_eq(difference, 0);
    }
  }
}
END_TEST

START_TEST(test_spread) {
  struct Case {
    int size, stride, padding;
  };
  for (const Case& spread : {Case{3, 2, 1}, Case{5, 2, 2}, Case{3, 3, 1}})
    for (const Type type : {Type::float32, Type::bfloat16}) {
      const int size = spread.size;
      const int stride = spread.stride;
      const int padding = spread.padding;
      CallList list(kSlope);
      const RowBand in = list.band(type, size * size * kChannels, kWidth, {1, 6});
      const RowBand out = list.band(type, kChannels, stride * kWidth, {2 * stride, 4 * stride + 1});
      const SpreadKernel kernel{size, stride, padding, {0.5f, -0.25f, 0, 1, 2}};
      append_spread(list.builder, kernel, {.after = Activation::leaky_relu}, in, out);
      list.prepare();
      list.fill_randomly(in, 6);
      list.run();
      const double difference = list.difference(out, [&](int y, int x, int c) {
        double sum = kernel.bias[c];
        for (int from_y = in.rows.begin; from_y < in.rows.end; ++from_y)
          for (int from_x = 0; from_x < kWidth; ++from_x)
            for (int ky = 0; ky < size; ++ky)
              for (int kx = 0; kx < size; ++kx) {
                const bool falls_here =
                    from_y * stride + ky - padding == y && from_x * stride + kx - padding == x;
                if (falls_here) {
                  sum += list.get(in, from_y, from_x, (ky * size + kx) * kChannels + c);
                }
              }
        return activate(sum, Activation::leaky_relu, kSlope);
      });
      ck_assert_double_le(difference, 3 * tolerance(type));
    }
}
END_TEST

START_TEST(test_rows_move_within_their_own_memory) {
  for (const int distance : {-2, 1, 3}) {
    CallList list;
    const RowBand all = list.band(Type::bfloat16, kChannels, kWidth, {0, 12});
    const RowBand from = all.part({3, 8});
    RowBand to = from;
    to.buffer = all.row(3 + distance);
    to.first = 3;
    append_move(list.builder, from, to);
    list.prepare();
    list.fill(all, [](int y, int x, int c) { return 16 * y + x + c; });
    list.run();
    ck_assert_double_eq(list.difference(to, [](int y, int x, int c) { return 16 * y + x + c; }), 0);
  }
}
END_TEST

START_TEST(test_reshape_keeps_the_order_of_channels_and_positions) {
  for (const Type type : {Type::float32, Type::bfloat16}) {
    CallList list;
    const RowBand in = list.band(type, 6, 5, {0, 2});
    const RowBand out = list.band(type, 3, 4, {0, 5});
    append_reshape(list.builder, in, out);
    list.prepare();
    list.fill(in, [](int y, int x, int c) { return c * 10 + y * 5 + x; });
    list.run();
    ck_assert_double_eq(
        list.difference(out, [](int y, int x, int c) { return c * 20 + y * 4 + x; }), 0);
  }
}
END_TEST

int main() {
  return run_suite("loops", {test_eltwise, test_eltwise_with_constants, test_conversion,
                             test_spread, test_rows_move_within_their_own_memory,
                             test_reshape_keeps_the_order_of_channels_and_positions});
}
