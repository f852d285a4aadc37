// SPDX-License-Identifier: LGPL-2.1-or-later
// The order of the weights of kernels/amx_convolution.h.
#pragma once

#include <array>
#include <span>

namespace denoiseae {

/// One product of tiles: the group of the input, of those before (-1), at (0) and after (1) that of
/// the output, and the tile of the output's values. Groups reach one position to each side, so that
/// of two tiles each meets one neighbour.
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
