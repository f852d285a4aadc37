// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the convolution against the definition.
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "kernels/small_channel_convolution/small_channel_convolution.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kPoison = 1e30f;
constexpr int kRows = 3;

std::vector<float> random_values(std::size_t count, std::mt19937& random) {
  std::uniform_real_distribution<float> value(-1, 1);
  std::vector<float> values(count);
  for (float& v : values) v = value(random);
  return values;
}

void check(SmallChannelConvolution* convolve, const SmallChannelShape& shape, int rows_missing,
           std::mt19937& random) {
  const int row_in = shape.width * shape.inputs, row_out = shape.width * shape.outputs;
  // On both sides of each row there is a value that spoils every sum it reaches.
  std::vector<float> in(kRows * (row_in + 2), kPoison);
  std::vector<float> out(row_out + 2, kPoison);
  const float* row[kRows];
  for (int y = 0; y < kRows; ++y) {
    const std::vector<float> values = random_values(row_in, random);
    std::copy(values.begin(), values.end(), in.begin() + y * (row_in + 2) + 1);
    row[y] = (rows_missing >> y & 1) != 0 ? nullptr : in.data() + y * (row_in + 2) + 1;
  }
  const std::vector<float> weights = random_values(shape.outputs * shape.inputs * 9, random);
  const std::vector<float> bias = random_values(shape.outputs, random);
  const SmallChannelRow one{{row[0], row[1], row[2]}, out.data() + 1};
  convolve(shape, small_channel_weights(shape, weights).data(), bias.data(), {&one, 1});
  ck_assert_float_eq(out.front(), kPoison);
  ck_assert_float_eq(out.back(), kPoison);
  for (int x = 0; x < shape.width; ++x)
    for (int o = 0; o < shape.outputs; ++o) {
      double sum = bias[o];
      for (int i = 0; i < shape.inputs; ++i)
        for (int tap = 0; tap < 9; ++tap) {
          const int from = x + tap % 3 - 1;
          if (row[tap / 3] == nullptr || from < 0 || from >= shape.width) continue;
          sum += double(weights[(o * shape.inputs + i) * 9 + tap]) *
                 row[tap / 3][from * shape.inputs + i];
        }
      const float found = out[1 + x * shape.outputs + o];
      if (!(std::abs(found - sum) <= 1e-5))
        ck_abort_msg("%d to %d channels, width %d, position %d, output %d: %g, expected %g",
                     shape.inputs, shape.outputs, shape.width, x, o, found, sum);
    }
}

}  // namespace

START_TEST(test_each_variant_computes_the_definition) {
  std::mt19937 random(1);
  const auto draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (const SmallChannelConvolutionVariant& variant :
       available(small_channel_convolution_variants())) {
    for (int outputs = 1; outputs <= kSmallOutputs; ++outputs)
      for (int i = 0; i < 12; ++i) {
        const int inputs = i % 3 == 0 ? kSmallInputs : draw(1, kSmallInputs);
        check(variant.rows, {inputs, outputs, draw(1, 21)}, draw(0, 2) == 0 ? draw(0, 7) : 0,
              random);
      }
  }
}
END_TEST

int main() {
  return run_suite("small_channel_convolution", {test_each_variant_computes_the_definition});
}
