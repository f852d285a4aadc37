// SPDX-License-Identifier: LGPL-2.1-or-later
#include <immintrin.h>

#include "peak_loops.h"

namespace denoiseae::bench {

namespace {

constexpr int kSums = 6, kRows = 16, kColumns = 16, kRowBytes = 64, kRowWords = kRowBytes / 2;

/// The operand of ldtilecfg. It configures eight tiles of 16 rows of 64 bytes.
struct alignas(64) Tiles {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

/// Configures the tiles of the thread: 0 to 5 hold the sums, 6 and 7 what is multiplied.
void load_tiles() {
  static const Tiles tiles;
  // As bytes these are 1, and as bfloat16 values tiny ones whose sums do not grow too large.
  alignas(64) static std::uint8_t values[kRows * kRowBytes];
  for (std::uint8_t& value : values) value = 1;
  // The compiler does not see which memory the loads read.
  asm volatile("" ::: "memory");
  _tile_loadconfig(&tiles);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_loadd(6, values, kRowBytes);
  _tile_loadd(7, values, kRowBytes);
}

}  // namespace

// The number of a tile is part of an instruction. Therefore these have no loops over tiles.

double peak_bfloat16_amx(std::int64_t turns) {
  load_tiles();
  for (std::int64_t turn = 0; turn < turns; ++turn) {
    _tile_dpbf16ps(0, 6, 7);
    _tile_dpbf16ps(1, 6, 7);
    _tile_dpbf16ps(2, 6, 7);
    _tile_dpbf16ps(3, 6, 7);
    _tile_dpbf16ps(4, 6, 7);
    _tile_dpbf16ps(5, 6, 7);
  }
  _tile_release();
  return static_cast<double>(turns) * kSums * kRows * kColumns * kRowWords;
}

double peak_int8_amx(std::int64_t turns) {
  load_tiles();
  for (std::int64_t turn = 0; turn < turns; ++turn) {
    _tile_dpbusd(0, 6, 7);
    _tile_dpbusd(1, 6, 7);
    _tile_dpbusd(2, 6, 7);
    _tile_dpbusd(3, 6, 7);
    _tile_dpbusd(4, 6, 7);
    _tile_dpbusd(5, 6, 7);
  }
  _tile_release();
  return static_cast<double>(turns) * kSums * kRows * kColumns * kRowBytes;
}

}  // namespace denoiseae::bench
