// SPDX-License-Identifier: LGPL-2.1-or-later
// The instructions of matrix tiles, and the tiles that tests emulate.
#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/instruction_limit.h"
#include "kernels/tiles.h"
#include "support/check.h"
#include "support/emulated_tiles.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kLanes = 16, kWords = 12;

TileConfig config() {
  TileConfig result;
  result.set(0, kTileRows, kLanes);
  result.set(4, kTileRows, kWords);
  result.set(6, kWords, kLanes);
  return result;
}

/// The product of rows of whole numbers and lanes of weights, from sums of 0.
template <typename Tiles>
std::vector<std::int32_t> products_of_codes() {
  std::vector<std::uint8_t> rows(kTileRows * kWords * 4);
  std::vector<std::int8_t> weights(kWords * kLanes * 4);
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<std::uint8_t>(i * 37);
  for (std::size_t i = 0; i < weights.size(); ++i)
    weights[i] = static_cast<std::int8_t>(i * 53 % 255 - 127);
  std::vector<std::int32_t> sums(kTileRows * kLanes);
  const TileConfig config_of_tiles = config();
  const Tiles tiles(config_of_tiles);
  Tiles::template zero<0>();
  Tiles::template load<4>(rows.data(), kWords * 4);
  Tiles::template load<6>(weights.data(), kLanes * 4);
  Tiles::template add_codes<0, 4, 6>();
  Tiles::template store<0>(sums.data(), kLanes * 4);
  return sums;
}

template <typename Tiles>
std::vector<float> products_of_bfloat16() {
  std::vector<Bfloat16> rows(kTileRows * kWords * 2), weights(kWords * kLanes * 2);
  for (std::size_t i = 0; i < rows.size(); ++i)
    assign(rows[i], static_cast<float>(i % 29) / 16 - 1);
  for (std::size_t i = 0; i < weights.size(); ++i)
    assign(weights[i], static_cast<float>(i % 31) / 8 - 2);
  std::vector<float> sums(kTileRows * kLanes);
  const TileConfig config_of_tiles = config();
  const Tiles tiles(config_of_tiles);
  Tiles::template zero<0>();
  Tiles::template load<4>(rows.data(), kWords * 4);
  Tiles::template load<6>(weights.data(), kLanes * 4);
  Tiles::template add_bfloat16<0, 4, 6>();
  Tiles::template store<0>(sums.data(), kLanes * 4);
  return sums;
}

}  // namespace

START_TEST(test_emulated_tiles_multiply) {
  const std::vector<std::int32_t> sums = products_of_codes<EmulatedTiles>();
  for (int y = 0; y < kTileRows; ++y) {
    for (int x = 0; x < kLanes; ++x) {
      int wanted = 0;
      for (int word = 0; word < kWords; ++word) {
        for (int i = 0; i < 4; ++i) {
          const int code = static_cast<std::uint8_t>(((y * kWords + word) * 4 + i) * 37);
          wanted += code * (((word * kLanes + x) * 4 + i) * 53 % 255 - 127);
        }
      }
      ck_assert_int_eq(sums[y * kLanes + x], wanted);
    }
  }
}
END_TEST

START_TEST(test_tiles_of_the_processor_multiply_as_the_emulated_ones) {
  if (!has_tiles()) skip_test("this CPU has no AMX tiles");
#ifdef __x86_64__
  ck_assert(products_of_codes<AmxTiles>() == products_of_codes<EmulatedTiles>());
  const std::vector<float> found = products_of_bfloat16<AmxTiles>();
  const std::vector<float> wanted = products_of_bfloat16<EmulatedTiles>();
  for (std::size_t i = 0; i < found.size(); ++i)
    ck_assert_msg(std::abs(found[i] - wanted[i]) < 1e-4f, "%g, expected %g", found[i], wanted[i]);
#endif
}
END_TEST

START_TEST(test_tiles_may_be_held_back) {
  if (!is_allowed(InstructionSet::amx)) ck_assert(!has_tiles());
  const TileConfig tiles = config();
  ck_assert_int_eq(tiles.rows[6], kWords);
  ck_assert_int_eq(tiles.row_bytes[4], 4 * kWords);
  ck_assert_int_eq(tiles.rows[1], 0);
}
END_TEST

int main() {
  return run_suite("tiles", {test_emulated_tiles_multiply,
                             test_tiles_of_the_processor_multiply_as_the_emulated_ones,
                             test_tiles_may_be_held_back});
}
