// SPDX-License-Identifier: LGPL-2.1-or-later
// Matrix tiles in plain C++, in place of AmxTiles. What a processor refuses ends the test.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "kernels/bfloat16.h"
#include "kernels/tiles.h"
#include "support/check.h"

namespace denoiseae::test {

struct EmulatedTile {
  static constexpr int kRowBytes = 64;
  int rows = 0, row_bytes = 0;
  std::array<char, kTileRows* kRowBytes> bytes = {};
};

class EmulatedTiles {
 public:
  explicit EmulatedTiles(const TileConfig& config) {
    for (int i = 0; i < kCount; ++i) {
      ck_assert_int_le(config.rows[i], kTileRows);
      ck_assert_int_le(config.row_bytes[i], kRowBytes);
      tiles_[i] = {config.rows[i], config.row_bytes[i], {}};
    }
  }
  ~EmulatedTiles() { tiles_ = {}; }
  EmulatedTiles(const EmulatedTiles&) = delete;
  EmulatedTiles& operator=(const EmulatedTiles&) = delete;

  template <int kTile>
  static void zero() {
    of(kTile).bytes = {};
  }
  template <int kTile>
  static void load(const void* from, std::ptrdiff_t step) {
    Tile& tile = of(kTile);
    tile.bytes = {};
    for (int y = 0; y < tile.rows; ++y) {
      std::memcpy(tile.bytes.data() + y * kRowBytes, static_cast<const char*>(from) + y * step,
                  static_cast<std::size_t>(tile.row_bytes));
    }
  }
  template <int kTile>
  static void store(void* to, std::ptrdiff_t step) {
    const Tile& tile = of(kTile);
    for (int y = 0; y < tile.rows; ++y) {
      std::memcpy(static_cast<char*>(to) + y * step, tile.bytes.data() + y * kRowBytes,
                  static_cast<std::size_t>(tile.row_bytes));
    }
  }
  template <int kSum, int kA, int kB>
  static void add_bfloat16() {
    add<float, Bfloat16, Bfloat16>(
        of(kSum), of(kA), of(kB), [](Bfloat16 a, Bfloat16 b) { return to_float(a) * to_float(b); });
  }
  template <int kSum, int kA, int kB>
  static void add_codes() {
    add<std::int32_t, std::uint8_t, std::int8_t>(
        of(kSum), of(kA), of(kB), [](std::uint8_t a, std::int8_t b) { return a * b; });
  }

 private:
  using Tile = EmulatedTile;
  static constexpr int kCount = 8, kRowBytes = EmulatedTile::kRowBytes;

  static Tile& of(int index) {
    ck_assert_int_ne(tiles_[index].rows, 0);
    return tiles_[index];
  }

  template <typename Sum, typename A, typename B, typename Product>
  static void add(Tile& sums, const Tile& a, const Tile& b, const Product& product) {
    ck_assert_int_eq(sums.rows, a.rows);
    ck_assert_int_eq(sums.row_bytes, b.row_bytes);
    ck_assert_int_eq(a.row_bytes, 4 * b.rows);
    constexpr int kOfWord = 4 / sizeof(A);
    const auto value = [](const Tile& tile, auto type, int row, int index) {
      std::memcpy(&type, tile.bytes.data() + row * kRowBytes + index * int{sizeof type},
                  sizeof type);
      return type;
    };
    for (int y = 0; y < sums.rows; ++y) {
      for (int x = 0; x < sums.row_bytes / 4; ++x) {
        Sum sum = value(sums, Sum{}, y, x);
        for (int word = 0; word < b.rows; ++word) {
          for (int i = 0; i < kOfWord; ++i) {
            sum +=
                product(value(a, A{}, y, word * kOfWord + i), value(b, B{}, word, x * kOfWord + i));
          }
        }
        std::memcpy(sums.bytes.data() + y * kRowBytes + x * int{sizeof sum}, &sum, sizeof sum);
      }
    }
  }

  static inline std::array<Tile, kCount> tiles_;
};

}  // namespace denoiseae::test
