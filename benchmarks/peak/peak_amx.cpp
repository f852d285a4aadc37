// SPDX-License-Identifier: LGPL-2.1-or-later
#include <utility>

#include "kernels/tiles.h"
#include "peak_loops.h"

namespace denoiseae::bench {

namespace {

constexpr int kSums = 6, kRowBytes = 4 * kTileWords;

/// Tiles 0 to 5 hold the sums, 6 and 7 what is multiplied. add: adds the products of these two to
/// the tile that its template parameter names. of_word: multiply-accumulates of a word.
template <typename Add>
double add_to_tiles(std::int64_t turns, int of_word, const Add& add) {
  TileConfig config;
  for (int tile = 0; tile < kSums + 2; ++tile) config.set(tile, kTileRows, kTileWords);
  // As bytes these are 1, and as bfloat16 values tiny ones whose sums do not grow too large.
  alignas(64) std::uint8_t values[kTileRows * kRowBytes];
  for (std::uint8_t& value : values) value = 1;
  const AmxTiles tiles(config);
  AmxTiles::load<6>(values, kRowBytes);
  AmxTiles::load<7>(values, kRowBytes);
  [&]<int... kSum>(std::integer_sequence<int, kSum...>) {
    (AmxTiles::zero<kSum>(), ...);
    for (std::int64_t turn = 0; turn < turns; ++turn) (add.template operator()<kSum>(), ...);
  }
  (std::make_integer_sequence<int, kSums>{});
  return static_cast<double>(turns) * kSums * kTileRows * kTileWords * kTileWords * of_word;
}

}  // namespace

double peak_bfloat16_amx(std::int64_t turns) {
  return add_to_tiles(turns, 2, []<int kSum>() { AmxTiles::add_bfloat16<kSum, 6, 7>(); });
}

double peak_int8_amx(std::int64_t turns) {
  return add_to_tiles(turns, 4, []<int kSum>() { AmxTiles::add_codes<kSum, 6, 7>(); });
}

}  // namespace denoiseae::bench
