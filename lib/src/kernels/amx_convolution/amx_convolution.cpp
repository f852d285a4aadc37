// SPDX-License-Identifier: LGPL-2.1-or-later
// Decides which convolutions run on tiles, and lays their weights out as tiles.
#include "kernels/amx_convolution/amx_convolution.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "kernels/amx_convolution/amx_convolution_amx.h"
#include "kernels/instruction_limit.h"

namespace denoiseae {

namespace {

#if defined(__x86_64__) && defined(__linux__)
/// __builtin_cpu_supports of clang 14 does not know tiles.
bool cpu_has_bfloat16_tiles() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kTilesOfBfloat16 = 1u << 22, kTiles = 1u << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & kTilesOfBfloat16) != 0 &&
         (d & kTiles) != 0;
}

/// Asks Linux for tiles, which it gives only to processes that ask.
bool ask_for_tiles() {
  if (!__builtin_cpu_supports("avx512bf16") || !cpu_has_bfloat16_tiles()) return false;
  constexpr int kRequestPermission = 0x1023, kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}
#else
bool ask_for_tiles() { return false; }
#endif

}  // namespace

bool has_amx() noexcept {
  static const bool found = is_allowed(InstructionSet::amx) && ask_for_tiles();
  return found;
}

int min_amx_width(int inputs, int outputs) noexcept {
  const bool suits =
      (inputs == 8 && outputs <= 8) || (inputs == 16 && outputs >= 1 && outputs <= 16);
  if (!suits || !has_amx()) return 0;
  const AmxShape shape{inputs, outputs, 0};
  return shape.group() * 16 * (4 / shape.output_tiles());
}

std::vector<float> amx_weights(const AmxShape& shape, std::span<const float> weights) {
  const int group = shape.group();
  const int given = static_cast<int>(weights.size()) / shape.outputs / 9;
  const std::span<const AmxTileStep> steps = tile_steps(shape.output_tiles());
  std::vector<float> tiles(shape.weight_values(), 0.0f);
  float* tile = tiles.data();
  for (int dy = 0; dy < 3; ++dy) {
    for (const AmxTileStep& step : steps) {
      for (int column = 0; column < 16; ++column) {
        const int lane = 16 * step.output_tile + column;
        const int x = lane / shape.lanes();
        const int o = lane % shape.lanes();
        for (int row = 0; row < 32; ++row) {
          const int i = row % shape.inputs;
          const int dx = group * step.group + row / shape.inputs - x + 1;
          if (o >= shape.outputs || i >= given || dx < 0 || dx > 2) continue;
          // The values of two rows alternate, because the products are of pairs of bfloat16 values.
          tile[row / 2 * 32 + 2 * column + row % 2] = weights[((o * given + i) * 3 + dy) * 3 + dx];
        }
      }
      tile += kTileValues;
    }
  }
  return tiles;
}

std::vector<float> amx_bias(const AmxShape& shape, std::span<const float> bias) {
  std::vector<float> tile(kTileBiasValues, 0.0f);
  for (std::size_t i = 0; i < tile.size(); ++i) {
    const std::size_t lane = i % 16 % static_cast<std::size_t>(shape.lanes());
    if (lane < bias.size()) tile[i] = bias[lane];
  }
  return tile;
}

#ifndef __x86_64__
void amx_convolution(const AmxShape&, const AmxConstants&, const AmxEpilogue&,
                     std::span<const AmxRow>) {}
void amx_input(const float*, int, int, int, Bfloat16*) {}
void amx_input(const Bfloat16*, int, int, int, Bfloat16*) {}
void amx_input(const std::uint8_t*, int, int, int, Bfloat16*) {}
#endif

}  // namespace denoiseae
