// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions on tiles against the definition, one value at a time.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/amx_subpixel_conv/amx_subpixel_conv.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kRows = 3;
constexpr std::uint16_t kPoison = 0x7fc1;  // not a number

using Values = std::vector<Bfloat16>;

float random_value(std::mt19937& random) {
  return std::uniform_real_distribution<float>(-1, 1)(random);
}

Values random_values(std::size_t count, std::mt19937& random) {
  Values values(count);
  for (Bfloat16& v : values) assign(v, random_value(random));
  return values;
}

/// Rounded to bfloat16 and at a multiple of 64 bytes, as the engine holds them.
struct Constants {
  Constants(const std::vector<float>& weights, const std::vector<float>& bias)
      : of_weights(new (std::align_val_t(64)) Bfloat16[weights.size()]),
        of_bias(new (std::align_val_t(64)) float[bias.size()]) {
    for (std::size_t i = 0; i < weights.size(); ++i) assign(of_weights[i], weights[i]);
    std::copy(bias.begin(), bias.end(), of_bias.get());
  }
  struct Free {
    void operator()(void* p) const { operator delete[](p, std::align_val_t(64)); }
  };
  std::unique_ptr<Bfloat16[], Free> of_weights;
  std::unique_ptr<float[], Free> of_bias;
  AmxConstants view() const { return {of_weights.get(), of_bias.get()}; }
};

void need_amx() {
  if (min_amx_width(16, 16) == 0) skip_test("this CPU has no AMX tiles of bfloat16");
}

float leaky(float x, float slope) { return x < 0 ? slope * x : x; }

template <typename Value>
AmxValue kind_of() {
  if (std::is_same_v<Value, float>) return AmxValue::float32;
  return std::is_same_v<Value, Bfloat16> ? AmxValue::bfloat16 : AmxValue::code;
}

struct Case {
  AmxShape shape;
  int given = 0;  ///< inputs that have weights
  AmxEpilogue end;
  bool has_addend = false;
  bool of_codes = false;  ///< whole numbers of 8 bits as inputs and weights, with scales
  int rows_missing = 0;   ///< bits: above, below

  double sum(const Values (&in)[kRows], const std::vector<float>& weights, int x, int o) const {
    double sum = 0;
    for (int dy = 0; dy < 3; ++dy) {
      if ((dy == 0 && rows_missing & 1) || (dy == 2 && rows_missing & 2)) continue;
      for (int dx = 0; dx < 3; ++dx) {
        const int from = x + dx - 1;
        if (from < 0 || from >= shape.width) continue;
        for (int i = 0; i < given; ++i) {
          Bfloat16 weight;
          assign(weight, weights[((o * given + i) * 3 + dy) * 3 + dx]);
          sum += double(to_float(weight)) * to_float(in[dy][1 + from * shape.inputs + i]);
        }
      }
    }
    return sum;
  }

  /// One further, so that pointers are odd.
  Values random_row(std::mt19937& random) const {
    if (!of_codes) return random_values(1 + shape.width * shape.inputs, random);
    std::vector<std::uint8_t> codes(shape.width * given);
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(random());
    Values row(1 + shape.width * shape.inputs);
    amx_input(codes.data(), given, shape.width, shape.inputs, row.data() + 1);
    for (int x = 0; x < shape.width; ++x)
      for (int i = 0; i < shape.inputs; ++i)
        ck_assert_float_eq(to_float(row[1 + x * shape.inputs + i]),
                           i < given ? codes[x * given + i] : 0);
    return row;
  }

  template <typename Out, typename Addend>
  void check(std::mt19937& random) {
    end.out = kind_of<Out>();
    end.addend = kind_of<Addend>();
    std::vector<float> weights(std::size_t(9) * given * shape.outputs);
    for (float& w : weights)
      w = of_codes ? std::floor(127 * random_value(random)) : random_value(random) / 8;
    std::vector<float> bias(shape.outputs), scales(shape.outputs, 1);
    for (float& b : bias) b = random_value(random) * (of_codes ? 1e5f : 1);
    if (of_codes)
      for (float& s : scales) s = std::exp(random_value(random)) * 1e-5f;
    const Constants constants(amx_weights(shape, weights), amx_bias(shape, bias));
    const Constants of_scales({}, amx_bias(shape, scales));
    AmxConstants view = constants.view();
    if (of_codes) view.scales = of_scales.of_bias.get();

    const std::size_t count = std::size_t(shape.width) * shape.outputs;
    Values in[kRows];
    for (Values& row : in) row = random_row(random);
    std::vector<Addend> addend(count + 1);
    for (Addend& value : addend) assign(value, random_value(random));
    std::vector<Out> out(count + 2);
    std::memset(out.data(), 0x7f, out.size() * sizeof(Out));
    Out* const to = out.data() + 1;
    const void* added = addend.data() + 1;
    if constexpr (std::is_same_v<Out, Addend>) {
      std::copy_n(addend.begin() + 1, count, to);
      added = to;
    }
    const AmxRow row{{rows_missing & 1 ? nullptr : in[0].data() + 1, in[1].data() + 1,
                      rows_missing & 2 ? nullptr : in[2].data() + 1},
                     has_addend ? added : nullptr,
                     to};
    amx_convolution(shape, view, end, {&row, 1});

    Out untouched;
    std::memset(&untouched, 0x7f, sizeof untouched);
    ck_assert(std::memcmp(&out.front(), &untouched, sizeof untouched) == 0);
    ck_assert(std::memcmp(&out.back(), &untouched, sizeof untouched) == 0);
    for (std::size_t i = 0; i < count; ++i) {
      const int o = static_cast<int>(i) % shape.outputs;
      const double linear =
          scales[o] * (bias[o] + sum(in, weights, static_cast<int>(i) / shape.outputs, o));
      double wanted = leaky(static_cast<float>(linear), end.before);
      if (has_addend) wanted += to_float(addend[i + 1]);
      wanted = leaky(static_cast<float>(wanted), end.after);
      if (end.sigmoid) wanted = 1 / (1 + std::exp(-wanted));
      wanted *= end.factor;
      double limit = 1e-5 * end.factor;
      if (std::is_same_v<Out, std::uint8_t>) {
        wanted = std::clamp(wanted, 0.0, 255.0);
        limit = 0.5001;
      } else {
        limit += std::abs(wanted) / (std::is_same_v<Out, float> ? 1e5 : 256);
      }
      const double found = to_float(to[i]);
      ck_assert_msg(std::abs(found - wanted) <= limit,
                    "%d -> %d channels, width %d, value %zu: %g, expected %g", shape.inputs,
                    shape.outputs, shape.width, i, found, wanted);
    }
  }
};

START_TEST(agrees_with_the_definition) {
  need_amx();
  std::mt19937 random(7);
  for (const int inputs : {8, 16}) {
    for (int outputs = 1; outputs <= inputs; ++outputs) {
      const int least = min_amx_width(inputs, outputs);
      ck_assert_int_gt(least, 0);
      for (const int more : {0, 1, 2, 3, least / 2 + 1, least}) {
        Case c{{inputs, outputs, least + more}};
        c.given = 1 + static_cast<int>(random() % inputs);
        const float slopes[] = {0, 0.01f, 1};
        c.end = {slopes[random() % 3], slopes[random() % 3], random() % 4 == 0};
        c.has_addend = random() % 2 == 0;
        c.rows_missing = static_cast<int>(random() % 4);
        c.check<Bfloat16, Bfloat16>(random);
        c.check<Bfloat16, float>(random);
        c.of_codes = random() % 2 == 0;
        c.check<float, float>(random);
        c.check<float, Bfloat16>(random);
        c.end.factor = 200;
        c.check<std::uint8_t, float>(random);
        c.check<std::uint8_t, Bfloat16>(random);
      }
    }
  }
}
END_TEST

/// One row after the other and all together, the same bits.
START_TEST(rows_do_not_depend_on_each_other) {
  need_amx();
  std::mt19937 random(8);
  const AmxShape shape{16, 16, 200};
  std::vector<float> weights(9 * 16 * 16);
  for (float& w : weights) w = random_value(random);
  const Constants constants(amx_weights(shape, weights),
                            amx_bias(shape, std::vector<float>(16, 0.5f)));
  const std::size_t count = 16 * 200;
  const Values in = random_values(6 * count, random);
  Values together(4 * count), alone(4 * count);
  std::vector<AmxRow> rows;
  for (std::size_t y = 0; y < 4; ++y) {
    const Bfloat16* above = in.data() + y * count;
    rows.push_back({{above, above + count, above + 2 * count}, nullptr, &together[y * count]});
  }
  amx_convolution(shape, constants.view(), {}, rows);
  for (std::size_t y = 0; y < 4; ++y) {
    rows[y].out = &alone[y * count];
    amx_convolution(shape, constants.view(), {}, {&rows[y], 1});
  }
  ck_assert(std::memcmp(together.data(), alone.data(), sizeof(Bfloat16) * together.size()) == 0);
}
END_TEST

void check_subpixel_conv(const SubpixelConvShape& shape, bool has_addend, int missing_row,
                         float after, std::mt19937& random) {
  std::vector<float> weights(shape.weight_values()), bias(4 * shape.outputs);
  for (float& w : weights) w = random_value(random) / 8;
  for (float& b : bias) b = random_value(random);
  const Constants constants(amx_subpixel_conv_weights(shape, weights),
                            amx_subpixel_conv_bias(shape, bias));
  // One further, so that pointers are odd.
  const Values in = random_values(1 + shape.inputs * shape.width, random);
  const std::size_t count = std::size_t(2) * shape.width * shape.outputs;
  Values addend[2], out[2];
  SubpixelConvRow<Bfloat16> row{in.data() + 1, {}, {}};
  for (int dy = 0; dy < 2; ++dy) {
    addend[dy] = random_values(count, random);
    out[dy].assign(count + 2, Bfloat16{kPoison});
    if (dy == missing_row) continue;
    row.out[dy] = out[dy].data() + 1;
    if (!has_addend) continue;
    std::copy(addend[dy].begin(), addend[dy].end(), row.out[dy]);
    row.addend[dy] = row.out[dy];
  }
  amx_subpixel_conv(shape, constants.view(), after,
                    std::span<const SubpixelConvRow<Bfloat16>>(&row, 1));
  for (int dy = 0; dy < 2; ++dy) {
    ck_assert_uint_eq(out[dy].front().bits, kPoison);
    ck_assert_uint_eq(out[dy].back().bits, kPoison);
    for (std::size_t i = 0; i < count; ++i) {
      const Bfloat16 found = out[dy][i + 1];
      if (dy == missing_row) {
        ck_assert_uint_eq(found.bits, kPoison);
        continue;
      }
      const int x = static_cast<int>(i) / shape.outputs, c = static_cast<int>(i) % shape.outputs;
      const int o = (2 * dy + x % 2) * shape.outputs + c;
      double wanted = bias[o];
      for (int k = 0; k < shape.inputs; ++k) {
        Bfloat16 weight;
        assign(weight, weights[o * shape.inputs + k]);
        wanted += double(to_float(weight)) * to_float(in[1 + x / 2 * shape.inputs + k]);
      }
      if (has_addend) wanted += to_float(addend[dy][i]);
      wanted = leaky(static_cast<float>(wanted), after);
      ck_assert_msg(std::abs(to_float(found) - wanted) <= 1e-5 + std::abs(wanted) / 256,
                    "%d -> %d channels, width %d, row %d, value %zu: %g, expected %g", shape.inputs,
                    shape.outputs, shape.width, dy, i, to_float(found), wanted);
    }
  }
}

/// Whole numbers as inputs, weights and addend.
void check_quantised_subpixel_conv(const SubpixelConvShape& shape, bool has_addend, int missing_row,
                                   std::mt19937& random) {
  std::vector<float> weights(shape.weight_values()), bias(4 * shape.outputs);
  std::vector<float> scales(4 * shape.outputs);
  for (float& w : weights) w = std::floor(127 * random_value(random));
  for (float& b : bias) b = random_value(random) * 1e5f;
  for (float& s : scales) s = std::exp(random_value(random)) * 1e-5f;
  const Constants constants(amx_subpixel_conv_weights(shape, weights),
                            amx_subpixel_conv_bias(shape, bias));
  const Constants of_scales({}, amx_subpixel_conv_bias(shape, scales));
  AmxConstants view = constants.view();
  view.scales = of_scales.of_bias.get();
  const SumFactors factors{120, 0.7f};
  constexpr std::uint8_t kUntouched = 77;
  std::vector<std::uint8_t> in(1 + shape.inputs * shape.width);
  for (std::uint8_t& code : in) code = static_cast<std::uint8_t>(random());
  const std::size_t count = std::size_t(2) * shape.width * shape.outputs;
  std::vector<std::uint8_t> addend[2], out[2];
  SubpixelConvRow<std::uint8_t> row{in.data() + 1, {}, {}};
  for (int dy = 0; dy < 2; ++dy) {
    out[dy].assign(count + 2, kUntouched);
    addend[dy].resize(count);
    for (std::uint8_t& code : addend[dy]) code = static_cast<std::uint8_t>(random());
    if (dy == missing_row) continue;
    row.out[dy] = out[dy].data() + 1;
    if (!has_addend) continue;
    std::copy(addend[dy].begin(), addend[dy].end(), row.out[dy]);
    row.addend[dy] = row.out[dy];
  }
  amx_subpixel_conv(shape, view, factors, std::span<const SubpixelConvRow<std::uint8_t>>(&row, 1));
  for (int dy = 0; dy < 2; ++dy) {
    ck_assert_uint_eq(out[dy].front(), kUntouched);
    ck_assert_uint_eq(out[dy].back(), kUntouched);
    for (std::size_t i = 0; i < count; ++i) {
      if (dy == missing_row) {
        ck_assert_uint_eq(out[dy][i + 1], kUntouched);
        continue;
      }
      const int x = static_cast<int>(i) / shape.outputs, c = static_cast<int>(i) % shape.outputs;
      const int o = (2 * dy + x % 2) * shape.outputs + c;
      double wanted = bias[o];
      for (int k = 0; k < shape.inputs; ++k)
        wanted += double(weights[o * shape.inputs + k]) * in[1 + x / 2 * shape.inputs + k];
      wanted *= scales[o] * factors.in;
      if (has_addend) wanted += factors.addend * addend[dy][i];
      wanted = std::clamp(wanted, 0.0, 255.0);
      ck_assert_msg(std::abs(out[dy][i + 1] - wanted) <= 0.501,
                    "%d -> %d channels, width %d, row %d, value %zu: %d, expected %g", shape.inputs,
                    shape.outputs, shape.width, dy, i, out[dy][i + 1], wanted);
    }
  }
}

START_TEST(subpixel_conv_agrees_with_the_definition) {
  need_amx();
  std::mt19937 random(9);
  for (const int inputs : {32, 64})
    for (const int outputs : {16, 32})
      for (const int width : {16, 17, 31, 32, 45})
        for (const bool has_addend : {false, true}) {
          const SubpixelConvShape shape{inputs, outputs, width};
          ck_assert(suits_amx_subpixel_conv(shape));
          check_subpixel_conv(shape, has_addend, static_cast<int>(random() % 3),
                              random() % 2 == 0 ? 0 : 0.1f, random);
          check_quantised_subpixel_conv(shape, has_addend, static_cast<int>(random() % 3), random);
        }
  ck_assert(!suits_amx_subpixel_conv({32, 16, 15}));
  ck_assert(!suits_amx_subpixel_conv({48, 16, 64}));
}
END_TEST

}  // namespace

int main() {
  return run_suite("tile_convolution",
                   {agrees_with_the_definition, rows_do_not_depend_on_each_other,
                    subpixel_conv_agrees_with_the_definition});
}
