// SPDX-License-Identifier: LGPL-2.1-or-later
// Matrix tiles (AMX). The loops over tiles take a class like AmxTiles as a template parameter, so
// that tests can run them on a processor without tiles.
#pragma once

#include <cstddef>
#include <cstdint>

namespace denoiseae {

/// Returns whether the CPU has tiles that multiply bfloat16 and 8-bit values, and the system gives
/// them to the process. The first call asks for them.
bool has_tiles() noexcept;

inline constexpr int kTileRows = 16;
inline constexpr int kTileWords = 16;  ///< words of 32 bits in a row of a tile

/// The operand of ldtilecfg for eight tiles.
struct alignas(64) TileConfig {
  std::uint8_t palette = 1;
  std::uint8_t start_row = 0;
  std::uint8_t reserved[14] = {};
  std::uint16_t row_bytes[16] = {};
  std::uint8_t rows[16] = {};

  void set(int tile, int tile_rows, int words) {
    rows[tile] = static_cast<std::uint8_t>(tile_rows);
    row_bytes[tile] = static_cast<std::uint16_t>(4 * words);
  }
};

#ifdef __x86_64__
// The namespace is unnamed, so that each source file has its own copy (see bfloat16.h).
namespace {

/// The instructions of AMX. The number of a tile is part of an instruction.
class AmxTiles {
 public:
  /// Configures the tiles of the thread, and releases them when it is destroyed.
  explicit AmxTiles(const TileConfig& config) {
    asm volatile("ldtilecfg %0" : : "m"(config) : "memory");
  }
  ~AmxTiles() { asm volatile("tilerelease"); }
  AmxTiles(const AmxTiles&) = delete;
  AmxTiles& operator=(const AmxTiles&) = delete;

  template <int kTile>
  static void zero() {
    asm volatile("tilezero %%tmm%c0" : : "i"(kTile));
  }
  /// step: bytes from one row to the next.
  template <int kTile>
  static void load(const void* from, std::ptrdiff_t step) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" : : "r"(from), "r"(step), "i"(kTile) : "memory");
  }
  template <int kTile>
  static void store(void* to, std::ptrdiff_t step) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" : : "r"(to), "r"(step), "i"(kTile) : "memory");
  }
  /// Adds the products of the rows of kA and the columns of kB, whose words are pairs of bfloat16.
  template <int kSum, int kA, int kB>
  static void add_bfloat16() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSum), "i"(kA), "i"(kB));
  }
  /// Adds the same of words of four bytes, which have no sign in kA and one in kB.
  template <int kSum, int kA, int kB>
  static void add_codes() {
    asm volatile("tdpbusd %%tmm%c2, %%tmm%c1, %%tmm%c0" : : "i"(kSum), "i"(kA), "i"(kB));
  }
};

}  // namespace
#endif
}  // namespace denoiseae
