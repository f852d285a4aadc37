// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the dot-product convolutions against the definition.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <type_traits>
#include <vector>

#include "kernels/dot_convolution/dot_convolution.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kPoison = 1e30f;

std::vector<float> random_values(std::size_t count, std::mt19937& random) {
  std::uniform_real_distribution<float> value(-1, 1);
  std::vector<float> values(count);
  for (float& v : values) v = value(random);
  return values;
}

std::vector<Bfloat16> to_bfloat16(const std::vector<float>& values) {
  std::vector<Bfloat16> result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) assign(result[i], values[i]);
  return result;
}

/// A convolution of consecutive rows, because some kernels keep what they made of one row for the
/// next.
template <typename In, typename Weight>
struct DotCase {
  DotShape shape;
  DotEpilogue epilogue;
  bool has_above, has_below;
  std::vector<In> in;  ///< rows with kGap values of poison on both sides
  std::vector<Weight> weights;
  std::vector<float> bias;
  std::vector<float> scales;  ///< for codes only

  static constexpr int kOutRows = 4, kGap = 40;
  int row_in() const { return shape.width * shape.inputs; }
  int row_out() const { return shape.width * shape.outputs; }
  const In* row(int y) const {
    if ((y < 0 && !has_above) || (y == kOutRows && !has_below)) return nullptr;
    return in.data() + (y + 1) * (row_in() + 2 * kGap) + kGap;
  }
  double sum(int x, int y, int output) const {
    double result = 0;
    for (int i = 0; i < shape.inputs; ++i)
      for (int tap = 0; tap < 9; ++tap) {
        const In* const at = row(y + tap / 3 - 1);
        const int from = x + tap % 3 - 1;
        if (at == nullptr || from < 0 || from >= shape.width) continue;
        result += double(to_float(weights[(output * shape.inputs + i) * 9 + tap])) *
                  to_float(at[from * shape.inputs + i]);
      }
    return result;
  }
  double wanted(int x, int y, int output) const {
    double result = sum(x, y, output);
    if (scales.empty()) {
      result += bias[output];
    } else {
      // The sum is a whole number without error. Floats round these two operations.
      const float biased = static_cast<float>(result) + bias[output];
      result = biased * scales[output];
    }
    if (result < 0) result *= epilogue.slope;
    return epilogue.sigmoid ? 1 / (1 + std::exp(-result)) : result;
  }
};

/// weights: the weights in the order of the loops. relative, absolute: the tolerance, of codes
/// before they are rounded.
template <typename In, typename Weight, typename Out>
void check_dot(const DotCase<In, Weight>& of, const std::vector<Weight>& weights,
               DotRows<In, Weight, Out>* dot, double relative, double absolute) {
  constexpr int kGap = DotCase<In, Weight>::kGap, kRowsOut = DotCase<In, Weight>::kOutRows;
  const int pitch = of.row_out() + kGap;
  constexpr bool kIsCode = std::is_same_v<Out, std::uint8_t>;
  Out poison{};
  if constexpr (kIsCode) {
    poison = 77;
  } else {
    assign(poison, kPoison);
  }
  std::vector<Out> out(kRowsOut * pitch + kGap, poison);
  std::vector<DotRow<In, Out>> rows;
  for (int y = 0; y < kRowsOut; ++y)
    rows.push_back({{of.row(y - 1), of.row(y), of.row(y + 1)}, out.data() + y * pitch + kGap});
  dot(of.shape, {weights.data(), of.bias.data(), of.scales.empty() ? nullptr : of.scales.data()},
      of.epilogue, rows);
  for (int y = 0; y <= kRowsOut; ++y) {
    const auto gap = out.begin() + y * pitch;
    ck_assert(std::all_of(gap, gap + kGap,
                          [&](const Out& value) { return to_float(value) == to_float(poison); }));
    for (int i = 0; y < kRowsOut && i < of.row_out(); ++i) {
      const int x = i / of.shape.outputs, o = i % of.shape.outputs;
      double wanted = of.wanted(x, y, o);
      if (kIsCode) wanted = std::nearbyint(std::clamp(wanted, 0.0, 255.0));
      const double found = to_float(rows[y].out[i]);
      if (!(std::abs(found - wanted) <= absolute + relative * std::abs(wanted)))
        ck_abort_msg("%d to %d channels, width %d, row %d, value %d: %g, expected %g",
                     of.shape.inputs, of.shape.outputs, of.shape.width, y, i, found, wanted);
    }
  }
}

DotEpilogue epilogue_number(int i) {
  if (i % 4 == 1) return {0, false};
  if (i % 4 == 2) return {0.125f, false};
  return {1, i % 4 == 3};
}

void check_bfloat16(const Bfloat16DotVariant& variant, const DotShape& shape, int i,
                    std::mt19937& random) {
  using Case = DotCase<Bfloat16, Bfloat16>;
  Case of{shape,
          epilogue_number(i),
          i % 3 != 0,
          i % 5 != 0,
          {},
          {},
          random_values(shape.outputs, random),
          {}};
  const std::vector<float> gap(Case::kGap, kPoison);
  std::vector<float> values;
  for (int y = 0; y < Case::kOutRows + 2; ++y) {
    values.insert(values.end(), gap.begin(), gap.end());
    const std::vector<float> row = random_values(of.row_in(), random);
    values.insert(values.end(), row.begin(), row.end());
    values.insert(values.end(), gap.begin(), gap.end());
  }
  of.in = to_bfloat16(values);
  const std::vector<float> weights = random_values(9 * shape.inputs * shape.outputs, random);
  of.weights = to_bfloat16(weights);
  const std::vector<Bfloat16> in_order =
      to_bfloat16(dot_weights(shape, kInputsOfWord<Bfloat16>, weights));
  check_dot(of, in_order, variant.to_float, 1e-5, 1e-4);
  check_dot(of, in_order, variant.to_bfloat16, 1.0 / 256, 1e-4);
}

void check_codes(const CodeDotVariant& variant, const DotShape& shape, int i,
                 std::mt19937& random) {
  using Case = DotCase<std::uint8_t, std::int8_t>;
  Case of{shape,
          epilogue_number(i),
          i % 3 != 0,
          i % 5 != 0,
          {},
          {},
          random_values(shape.outputs, random),
          random_values(shape.outputs, random)};
  // The gaps need no poison, because every code but 0 has an effect.
  std::uniform_int_distribution<int> code(1, 255), weight(-127, 127);
  of.in.resize((Case::kOutRows + 2) * (of.row_in() + 2 * Case::kGap));
  for (std::uint8_t& c : of.in) c = static_cast<std::uint8_t>(code(random));
  std::vector<float> weights(9 * shape.inputs * shape.outputs);
  for (float& w : weights) w = static_cast<float>(weight(random));
  of.weights.assign(weights.begin(), weights.end());
  for (float& b : of.bias) b *= 10000;
  for (float& s : of.scales) s = 1e-4f * (1.5f + s);
  const std::vector<float> in_order = dot_weights(shape, kInputsOfWord<std::uint8_t>, weights);
  const std::vector<std::int8_t> whole(in_order.begin(), in_order.end());
  check_dot(of, whole, variant.to_float, 0, of.epilogue.sigmoid ? 1e-6 : 1e-12);
  // Some values are below the lowest code, and some above the highest.
  for (float& s : of.scales) s *= 50;
  // A sigmoid of just above or just below a half may become either code.
  check_dot(of, whole, variant.to_codes, 0, of.epilogue.sigmoid ? 1 : 0);
}

}  // namespace

START_TEST(test_each_dot_of_bfloat16_computes_the_definition) {
  std::mt19937 random(2);
  const auto draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (const Bfloat16DotVariant& variant : available(bfloat16_dot_variants())) {
    for (int outputs = 1; outputs <= kDotOutputs; ++outputs) {
      for (int width = 1; width <= 40; ++width)
        check_bfloat16(variant, {2 * draw(2, 10), outputs, width}, width, random);
      // These rows are wider than the columns that the kernels hold at a time.
      for (int i = 0; i < 4; ++i)
        check_bfloat16(variant, {i == 0 ? 64 : 2 * draw(2, 32), outputs, draw(60, 300)}, i, random);
    }
  }
}
END_TEST

START_TEST(test_each_dot_of_codes_computes_the_definition) {
  std::mt19937 random(3);
  const auto draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (const CodeDotVariant& variant : available(code_dot_variants())) {
    for (int outputs = 1; outputs <= kDotOutputs; ++outputs) {
      for (int width = 1; width <= 40; ++width)
        check_codes(variant, {4 * draw(2, 10), outputs, width}, width, random);
      for (int i = 0; i < 4; ++i)
        check_codes(variant, {i == 0 ? 128 : 4 * draw(2, 32), outputs, draw(60, 300)}, i, random);
    }
  }
}
END_TEST

int main() {
  return run_suite("dot_convolution", {test_each_dot_of_bfloat16_computes_the_definition,
                                       test_each_dot_of_codes_computes_the_definition});
}
