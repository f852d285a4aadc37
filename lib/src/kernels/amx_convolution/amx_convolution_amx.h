// SPDX-License-Identifier: LGPL-2.1-or-later
// The order of the weights of kernels/amx_convolution/amx_convolution.h.
#pragma once

#include <array>
#include <span>

namespace denoiseae {

/// One product of tiles. group: the group of the input, as an offset from the group of the output:
/// -1, 0 or 1. output_tile: the tile of the output. A convolution reaches one position to each side
/// of a group. If a group of the output fills two tiles, each of them needs one neighbouring group.
struct AmxTileStep {
  int group;
  int output_tile;
};

inline constexpr std::array<AmxTileStep, 3> kStepsToOneTile{{{-1, 0}, {0, 0}, {1, 0}}};
inline constexpr std::array<AmxTileStep, 4> kStepsToTwoTiles{{{0, 0}, {0, 1}, {-1, 0}, {1, 1}}};

inline std::span<const AmxTileStep> tile_steps(int output_tiles) {
  if (output_tiles == 1) return kStepsToOneTile;
  return kStepsToTwoTiles;
}

}  // namespace denoiseae
