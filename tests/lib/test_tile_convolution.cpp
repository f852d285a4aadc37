// SPDX-License-Identifier: LGPL-2.1-or-later
// Convolutions on tiles against the definition, one value at a time; exits with 77 (skipped) where
// the CPU has no tiles.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "kernels/tile_convolution.h"
#include "kernels/tile_upconv.h"
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
  TileConstants view() const { return {of_weights.get(), of_bias.get()}; }
};

float leaky(float x, float slope) { return x < 0 ? slope * x : x; }

struct Case {
  TileShape shape;
  int given = 0;  ///< inputs that have weights
  TileEnd end;
  bool has_addend = false;
  int rows_missing = 0;  ///< bits: above, below

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

  void check(std::mt19937& random) const {
    std::vector<float> weights(std::size_t(9) * given * shape.outputs);
    for (float& w : weights) w = random_value(random) / 8;
    std::vector<float> bias(shape.outputs);
    for (float& b : bias) b = random_value(random);
    const Constants constants(tile_weights(shape, weights), tile_bias(shape, bias));

    // One further, so that pointers are odd.
    const std::size_t count = std::size_t(shape.width) * shape.outputs;
    Values in[kRows];
    for (Values& row : in) row = random_values(1 + shape.width * shape.inputs, random);
    const Values addend = random_values(count, random);
    Values out(count + 2, Bfloat16{kPoison});
    if (has_addend) std::copy(addend.begin(), addend.end(), out.begin() + 1);
    Bfloat16* const to = out.data() + 1;
    const TileRow row{{rows_missing & 1 ? nullptr : in[0].data() + 1, in[1].data() + 1,
                       rows_missing & 2 ? nullptr : in[2].data() + 1},
                      has_addend ? to : nullptr,
                      to};
    tile_convolution(shape, constants.view(), end, {&row, 1});

    ck_assert_uint_eq(out.front().bits, kPoison);
    ck_assert_uint_eq(out.back().bits, kPoison);
    for (std::size_t i = 0; i < count; ++i) {
      const int o = static_cast<int>(i) % shape.outputs;
      const double linear = bias[o] + sum(in, weights, static_cast<int>(i) / shape.outputs, o);
      double wanted = leaky(static_cast<float>(linear), end.before);
      if (has_addend) wanted += to_float(addend[i]);
      wanted = leaky(static_cast<float>(wanted), end.after);
      if (end.sigmoid) wanted = 1 / (1 + std::exp(-wanted));
      const double found = to_float(to[i]);
      const double limit = 1e-5 + std::abs(wanted) / 256;
      ck_assert_msg(std::abs(found - wanted) <= limit,
                    "%d -> %d channels, width %d, value %zu: %g, expected %g", shape.inputs,
                    shape.outputs, shape.width, i, found, wanted);
    }
  }
};

START_TEST(agrees_with_the_definition) {
  std::mt19937 random(7);
  for (const int inputs : {8, 16}) {
    for (int outputs = 1; outputs <= inputs; ++outputs) {
      const int least = least_tile_width(inputs, outputs);
      ck_assert_int_gt(least, 0);
      for (const int more : {0, 1, 2, 3, least / 2 + 1, least}) {
        Case c{{inputs, outputs, least + more}};
        c.given = 1 + static_cast<int>(random() % inputs);
        const float slopes[] = {0, 0.01f, 1};
        c.end = {slopes[random() % 3], slopes[random() % 3], random() % 4 == 0};
        c.has_addend = random() % 2 == 0;
        c.rows_missing = static_cast<int>(random() % 4);
        c.check(random);
      }
    }
  }
}
END_TEST

/// One row after the other and all together, the same bits.
START_TEST(rows_do_not_depend_on_each_other) {
  std::mt19937 random(8);
  const TileShape shape{16, 16, 200};
  std::vector<float> weights(9 * 16 * 16);
  for (float& w : weights) w = random_value(random);
  const Constants constants(tile_weights(shape, weights),
                            tile_bias(shape, std::vector<float>(16, 0.5f)));
  const std::size_t count = 16 * 200;
  const Values in = random_values(6 * count, random);
  Values together(4 * count), alone(4 * count);
  std::vector<TileRow> rows;
  for (std::size_t y = 0; y < 4; ++y) {
    const Bfloat16* above = in.data() + y * count;
    rows.push_back({{above, above + count, above + 2 * count}, nullptr, &together[y * count]});
  }
  tile_convolution(shape, constants.view(), {}, rows);
  for (std::size_t y = 0; y < 4; ++y) {
    rows[y].out = &alone[y * count];
    tile_convolution(shape, constants.view(), {}, {&rows[y], 1});
  }
  ck_assert(std::memcmp(together.data(), alone.data(), sizeof(Bfloat16) * together.size()) == 0);
}
END_TEST

void check_upconv(const UpconvShape& shape, bool has_addend, int missing_row, float after,
                  std::mt19937& random) {
  std::vector<float> weights(shape.weight_values()), bias(4 * shape.outputs);
  for (float& w : weights) w = random_value(random) / 8;
  for (float& b : bias) b = random_value(random);
  const Constants constants(tile_upconv_weights(shape, weights), tile_upconv_bias(shape, bias));
  // One further, so that pointers are odd.
  const Values in = random_values(1 + shape.inputs * shape.width, random);
  const std::size_t count = std::size_t(2) * shape.width * shape.outputs;
  Values addend[2], out[2];
  UpconvRow row{in.data() + 1, {}, {}};
  for (int dy = 0; dy < 2; ++dy) {
    addend[dy] = random_values(count, random);
    out[dy].assign(count + 2, Bfloat16{kPoison});
    if (dy == missing_row) continue;
    row.out[dy] = out[dy].data() + 1;
    if (!has_addend) continue;
    std::copy(addend[dy].begin(), addend[dy].end(), row.out[dy]);
    row.addend[dy] = row.out[dy];
  }
  tile_upconv(shape, constants.view(), after, {&row, 1});
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

START_TEST(upconv_agrees_with_the_definition) {
  std::mt19937 random(9);
  for (const int inputs : {32, 64})
    for (const int outputs : {16, 32})
      for (const int width : {16, 17, 31, 32, 45})
        for (const bool has_addend : {false, true}) {
          const UpconvShape shape{inputs, outputs, width};
          ck_assert(suits_tile_upconv(shape));
          check_upconv(shape, has_addend, static_cast<int>(random() % 3),
                       random() % 2 == 0 ? 0 : 0.1f, random);
        }
  ck_assert(!suits_tile_upconv({32, 16, 15}));
  ck_assert(!suits_tile_upconv({48, 16, 64}));
}
END_TEST

}  // namespace

int main() {
  if (least_tile_width(16, 16) == 0) {
    std::puts("skipped: this CPU has no AMX tiles of bfloat16");
    return 77;
  }
  return run_suite("tile_convolution",
                   {agrees_with_the_definition, rows_do_not_depend_on_each_other,
                    upconv_agrees_with_the_definition});
}
