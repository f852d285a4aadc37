// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions on tiles against the definition, one value at a time. The layout of the tiles is
// also tested with plain loops, which every CPU runs.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <random>
#include <type_traits>
#include <utility>
#include <vector>

#include "kernels/amx_convolution/amx_convolution.h"
#include "kernels/amx_convolution/amx_convolution_amx.h"
#include "support/amx.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kRows = 3;

template <typename Value>
AmxValue kind_of() {
  if (std::is_same_v<Value, float>) return AmxValue::float32;
  return std::is_same_v<Value, Bfloat16> ? AmxValue::bfloat16 : AmxValue::code;
}

struct Case {
  AmxShape shape;
  int given = 0;  ///< number of inputs that have weights
  AmxEpilogue epilogue;
  bool has_addend = false;
  bool of_codes = false;  ///< whether inputs and weights are whole numbers of 8 bits, with scales
  int rows_missing = 0;   ///< bit 0: no row above, bit 1: no row below

  double sum(const std::vector<Bfloat16> (&in)[kRows], const std::vector<float>& weights, int x,
             int o) const {
    double sum = 0;
    for (int dy = 0; dy < 3; ++dy) {
      if ((dy == 0 && rows_missing & 1) || (dy == 2 && rows_missing & 2)) continue;
      for (int dx = 0; dx < 3; ++dx) {
        const int from = x + dx - 1;
        if (from < 0 || from >= shape.width) continue;
        for (int i = 0; i < given; ++i) {
          sum += as_bfloat16(weights[((o * given + i) * 3 + dy) * 3 + dx]) *
                 to_float(in[dy][1 + from * shape.inputs + i]);
        }
      }
    }
    return sum;
  }

  /// Returns a row that begins at index 1, so that addresses are odd.
  std::vector<Bfloat16> random_row(std::mt19937& random) const {
    if (!of_codes) return random_values(1 + shape.width * shape.inputs, random);
    std::vector<std::uint8_t> codes(shape.width * given);
    for (std::uint8_t& code : codes) code = static_cast<std::uint8_t>(random());
    std::vector<Bfloat16> row(1 + shape.width * shape.inputs);
    amx_input(codes.data(), given, shape.width, shape.inputs, row.data() + 1);
    for (int x = 0; x < shape.width; ++x)
      for (int i = 0; i < shape.inputs; ++i)
        ck_assert_float_eq(to_float(row[1 + x * shape.inputs + i]),
                           i < given ? codes[x * given + i] : 0);
    return row;
  }

  template <typename Out, typename Addend>
  void check(std::mt19937& random) {
    epilogue.out = kind_of<Out>();
    epilogue.addend = kind_of<Addend>();
    std::vector<float> weights(std::size_t(9) * given * shape.outputs);
    for (float& w : weights)
      w = of_codes ? std::floor(127 * random_value(random)) : random_value(random) / 8;
    std::vector<float> bias(shape.outputs), scales(shape.outputs, 1);
    for (float& b : bias) b = random_value(random) * (of_codes ? 1e5f : 1);
    if (of_codes)
      for (float& s : scales) s = std::exp(random_value(random)) * 1e-5f;
    const AlignedConstants constants(amx_weights(shape, weights), amx_bias(shape, bias));
    const AlignedConstants of_scales({}, amx_bias(shape, scales));
    AmxConstants view = constants.view();
    if (of_codes) view.scales = of_scales.bias.get();

    const std::size_t count = std::size_t(shape.width) * shape.outputs;
    std::vector<Bfloat16> in[kRows];
    for (std::vector<Bfloat16>& row : in) row = random_row(random);
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
    amx_convolution(shape, view, epilogue, {&row, 1});

    Out untouched;
    std::memset(&untouched, 0x7f, sizeof untouched);
    ck_assert(std::memcmp(&out.front(), &untouched, sizeof untouched) == 0);
    ck_assert(std::memcmp(&out.back(), &untouched, sizeof untouched) == 0);
    for (std::size_t i = 0; i < count; ++i) {
      const int o = static_cast<int>(i) % shape.outputs;
      const double linear =
          scales[o] * (bias[o] + sum(in, weights, static_cast<int>(i) / shape.outputs, o));
      double wanted = leaky_relu(static_cast<float>(linear), epilogue.before);
      if (has_addend) wanted += to_float(addend[i + 1]);
      wanted = leaky_relu(static_cast<float>(wanted), epilogue.after);
      if (epilogue.sigmoid) wanted = 1 / (1 + std::exp(-wanted));
      wanted *= epilogue.factor;
      double limit = 1e-5 * epilogue.factor;
      if (std::is_same_v<Out, std::uint8_t>) {
        wanted = std::clamp(wanted, 0.0, 255.0);
        limit = 0.5001;
      } else {
        limit += std::abs(wanted) / (std::is_same_v<Out, float> ? 1e5 : 256);
      }
      const double found = to_float(to[i]);
      if (!(std::abs(found - wanted) <= limit))
        ck_abort_msg("%d -> %d channels, width %d, value %zu: %g, expected %g", shape.inputs,
                     shape.outputs, shape.width, i, found, wanted);
    }
  }
};

START_TEST(test_rows_agree_with_the_definition) {
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
        c.epilogue = {slopes[random() % 3], slopes[random() % 3], random() % 4 == 0};
        c.has_addend = random() % 2 == 0;
        c.rows_missing = static_cast<int>(random() % 4);
        c.check<Bfloat16, Bfloat16>(random);
        c.check<Bfloat16, float>(random);
        c.of_codes = random() % 2 == 0;
        c.check<float, float>(random);
        c.check<float, Bfloat16>(random);
        c.epilogue.factor = 200;
        c.check<std::uint8_t, float>(random);
        c.check<std::uint8_t, Bfloat16>(random);
      }
    }
  }
}
END_TEST

/// Rows one by one have the bits of all rows together.
START_TEST(test_rows_do_not_depend_on_each_other) {
  need_amx();
  std::mt19937 random(8);
  const AmxShape shape{16, 16, 200};
  std::vector<float> weights(9 * 16 * 16);
  for (float& w : weights) w = random_value(random);
  const AlignedConstants constants(amx_weights(shape, weights),
                                   amx_bias(shape, std::vector<float>(16, 0.5f)));
  const std::size_t count = 16 * 200;
  const std::vector<Bfloat16> in = random_values(6 * count, random);
  std::vector<Bfloat16> together(4 * count), alone(4 * count);
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

/// The product of tiles as the instruction computes it, in plain loops: the sums in the lanes of
/// one group of the output. rows: three rows of whole groups.
std::vector<double> multiply_tiles(const AmxShape& shape, const std::vector<float>& tiles,
                                   const std::vector<float>& bias,
                                   const std::vector<float> (&rows)[kRows], int group) {
  constexpr int kGroupValues = 32, kTileLanes = 16;
  std::vector<double> sums;
  for (int lane = 0; lane < kTileLanes * shape.output_tiles(); ++lane)
    sums.push_back(bias[static_cast<std::size_t>(lane % kTileLanes)]);
  const float* tile = tiles.data();
  for (const std::vector<float>& row : rows)
    for (const AmxTileStep& step : tile_steps(shape.output_tiles())) {
      const int first = (group + step.group) * kGroupValues;
      for (int k = 0; k < kGroupValues; ++k) {
        if (first + k < 0 || first + k >= static_cast<int>(row.size())) continue;
        for (int lane = 0; lane < kTileLanes; ++lane)
          sums[static_cast<std::size_t>(kTileLanes * step.output_tile + lane)] +=
              double{row[static_cast<std::size_t>(first + k)]} *
              tile[k / 2 * 2 * kTileLanes + 2 * lane + k % 2];
      }
      tile += kTileValues;
    }
  ck_assert_ptr_eq(tile, tiles.data() + tiles.size());
  return sums;
}

START_TEST(test_products_of_tiles_are_the_convolution) {
  constexpr int kGroups = 4;
  std::mt19937 random(6);
  for (const int inputs : {8, 16})
    for (int outputs = 1; outputs <= inputs; ++outputs)
      for (const int given : {1, inputs / 2, inputs}) {
        const AmxShape shape{inputs, outputs, kGroups * 32 / inputs};
        std::vector<float> weights(static_cast<std::size_t>(9 * given * outputs));
        for (float& w : weights) w = random_value(random);
        std::vector<float> bias(static_cast<std::size_t>(outputs));
        for (float& b : bias) b = random_value(random);
        std::vector<float> rows[kRows];
        for (std::vector<float>& row : rows)
          for (int i = 0; i < kGroups * 32; ++i) row.push_back(random_value(random));
        const std::vector<float> tiles = amx_weights(shape, weights);
        const std::vector<float> bias_tile = amx_bias(shape, bias);
        ck_assert_uint_eq(tiles.size(), shape.weight_values());
        ck_assert_uint_eq(bias_tile.size(), kTileBiasValues);
        for (std::size_t i = 0; i < bias_tile.size(); ++i)
          ck_assert_float_eq(bias_tile[i], bias_tile[i % 16]);
        for (int group = 0; group < kGroups; ++group) {
          const std::vector<double> sums = multiply_tiles(shape, tiles, bias_tile, rows, group);
          for (int lane = 0; lane < static_cast<int>(sums.size()); ++lane) {
            const int x = group * shape.group() + lane / shape.lanes(), o = lane % shape.lanes();
            double wanted = 0;
            if (o < outputs) {
              wanted = bias[static_cast<std::size_t>(o)];
              for (int tap = 0; tap < 9; ++tap) {
                const int from = x + tap % 3 - 1;
                if (from < 0 || from >= shape.width) continue;
                for (int i = 0; i < given; ++i)
                  wanted += double{weights[static_cast<std::size_t>((o * given + i) * 9 + tap)]} *
                            rows[tap / 3][static_cast<std::size_t>(from * inputs + i)];
              }
            }
            ck_assert_double_eq_tol(sums[static_cast<std::size_t>(lane)], wanted, 1e-6);
          }
        }
      }
}
END_TEST

START_TEST(test_other_channels_do_not_suit) {
  for (const auto& [inputs, outputs] : {std::pair{8, 9}, {16, 17}, {16, 0}, {12, 8}, {32, 16}})
    ck_assert_int_eq(min_amx_width(inputs, outputs), 0);
  ck_assert((min_amx_width(16, 16) > 0) == has_amx());
}
END_TEST

}  // namespace

int main() {
  return run_suite("amx_convolution",
                   {test_rows_agree_with_the_definition, test_rows_do_not_depend_on_each_other,
                    test_products_of_tiles_are_the_convolution, test_other_channels_do_not_suit});
}
