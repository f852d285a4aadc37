// SPDX-License-Identifier: LGPL-2.1-or-later
// Sub-pixel convolutions on tiles against the definition, one value at a time. The layout of the
// tiles is also tested with plain loops, which every CPU runs.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "kernels/amx_subpixel_conv/amx_subpixel_conv.h"
#include "support/amx.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr std::uint16_t kPoison = 0x7fc1;  // not a number

void check_subpixel_conv(const SubpixelConvShape& shape, bool has_addend, int missing_row,
                         float after, std::mt19937& random) {
  std::vector<float> weights(shape.weight_values()), bias(4 * shape.outputs);
  for (float& w : weights) w = random_value(random) / 8;
  for (float& b : bias) b = random_value(random);
  const AlignedConstants constants(amx_subpixel_conv_weights(shape, weights),
                                   amx_subpixel_conv_bias(shape, bias));
  // The input begins at index 1, so that addresses are odd.
  const std::vector<Bfloat16> in = random_values(1 + shape.inputs * shape.width, random);
  const std::size_t count = std::size_t(2) * shape.width * shape.outputs;
  std::vector<Bfloat16> addend[2], out[2];
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
        wanted +=
            as_bfloat16(weights[o * shape.inputs + k]) * to_float(in[1 + x / 2 * shape.inputs + k]);
      }
      if (has_addend) wanted += to_float(addend[dy][i]);
      wanted = leaky_relu(static_cast<float>(wanted), after);
      if (!(std::abs(to_float(found) - wanted) <= 1e-5 + std::abs(wanted) / 256))
        ck_abort_msg("%d -> %d channels, width %d, row %d, value %zu: %g, expected %g",
                     shape.inputs, shape.outputs, shape.width, dy, i, to_float(found), wanted);
    }
  }
}

/// Checks a convolution whose inputs, weights and addend are whole numbers.
void check_quantised_subpixel_conv(const SubpixelConvShape& shape, bool has_addend, int missing_row,
                                   std::mt19937& random) {
  std::vector<float> weights(shape.weight_values()), bias(4 * shape.outputs);
  std::vector<float> scales(4 * shape.outputs);
  for (float& w : weights) w = std::floor(127 * random_value(random));
  for (float& b : bias) b = random_value(random) * 1e5f;
  for (float& s : scales) s = std::exp(random_value(random)) * 1e-5f;
  const AlignedConstants constants(amx_subpixel_conv_weights(shape, weights),
                                   amx_subpixel_conv_bias(shape, bias));
  const AlignedConstants of_scales({}, amx_subpixel_conv_bias(shape, scales));
  AmxConstants view = constants.view();
  view.scales = of_scales.bias.get();
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
      if (!(std::abs(out[dy][i + 1] - wanted) <= 0.501))
        ck_abort_msg("%d -> %d channels, width %d, row %d, value %zu: %d, expected %g",
                     shape.inputs, shape.outputs, shape.width, dy, i, out[dy][i + 1], wanted);
    }
  }
}

START_TEST(test_rows_agree_with_the_definition) {
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
}
END_TEST

START_TEST(test_products_of_tiles_are_the_convolution) {
  std::mt19937 random(10);
  for (const int inputs : {32, 64})
    for (const int outputs : {16, 32}) {
      const SubpixelConvShape shape{inputs, outputs, 16};
      const int channels = 4 * outputs, chunks = inputs / 32;
      std::vector<float> weights(static_cast<std::size_t>(channels * inputs));
      for (float& w : weights) w = random_value(random);
      std::vector<float> in(static_cast<std::size_t>(inputs));
      for (float& value : in) value = random_value(random);
      const std::vector<float> tiles = amx_subpixel_conv_weights(shape, weights);
      ck_assert_uint_eq(tiles.size(), shape.weight_values());
      for (int o = 0; o < channels; ++o) {
        double found = 0, wanted = 0;
        for (int i = 0; i < inputs; ++i) {
          const double value = in[static_cast<std::size_t>(i)];
          wanted += value * weights[static_cast<std::size_t>(o * inputs + i)];
          // A tile has 16 lanes of outputs. Its rows hold pairs of inputs.
          const int tile = o / 16 * chunks + i / 32, k = i % 32;
          found += value * tiles[static_cast<std::size_t>(tile * kTileValues + k / 2 * 32 +
                                                          2 * (o % 16) + k % 2)];
        }
        ck_assert_double_eq_tol(found, wanted, 1e-6);
      }
    }
}
END_TEST

START_TEST(test_each_row_of_the_bias_is_the_same) {
  const SubpixelConvShape shape{32, 16, 16};
  std::vector<float> bias(64);
  for (std::size_t o = 0; o < bias.size(); ++o) bias[o] = static_cast<float>(o);
  const std::vector<float> tiles = amx_subpixel_conv_bias(shape, bias);
  ck_assert_uint_eq(tiles.size(), shape.bias_values());
  for (std::size_t tile = 0; tile < 4; ++tile)
    for (std::size_t row = 0; row < 16; ++row)
      for (std::size_t lane = 0; lane < 16; ++lane)
        ck_assert_float_eq(tiles[256 * tile + 16 * row + lane],
                           static_cast<float>(16 * tile + lane));
}
END_TEST

START_TEST(test_other_shapes_do_not_suit) {
  ck_assert(!suits_amx_subpixel_conv({32, 16, 15}));
  ck_assert(!suits_amx_subpixel_conv({48, 16, 64}));
  ck_assert(!suits_amx_subpixel_conv({32, 24, 64}));
  ck_assert(suits_amx_subpixel_conv({64, 32, 16}) == has_amx());
}
END_TEST

}  // namespace

int main() {
  return run_suite("amx_subpixel_conv",
                   {test_rows_agree_with_the_definition, test_products_of_tiles_are_the_convolution,
                    test_each_row_of_the_bias_is_the_same, test_other_shapes_do_not_suit});
}
