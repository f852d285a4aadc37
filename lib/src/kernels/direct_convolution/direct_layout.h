// SPDX-License-Identifier: LGPL-2.1-or-later
// How the loops of all variants see a convolution. The namespace is unnamed, so that each source
// file has its own copy (see bfloat16.h).
#pragma once

#include <algorithm>

#include "kernels/direct_convolution/direct_convolution.h"
#include "kernels/tiles.h"

namespace denoiseae {
namespace {

inline constexpr int kBlock = 16;     ///< outputs of a block of weights
inline constexpr int kHalfBlock = 8;  ///< outputs of the last block where no more are left
inline constexpr int kMaxGroups =
    12;  ///< groups of positions that share each load of weights, at most

inline constexpr int kMaxTiles = 4;  ///< tiles of groups of a call, at most

/// A convolution whose lanes are the outputs of one position, or those of a group of neighbouring
/// positions if they have few outputs: a vector would be nearly empty otherwise. The window of a
/// group holds those of its positions, and the weights of what a position does not read are 0.
struct DirectLayout {
  int group = 1;   ///< positions of a group
  int lanes = 0;   ///< outputs of a group
  int taps = 0;    ///< columns of the window of a group
  int words = 0;   ///< words of one position of the input
  int stride = 1;  ///< positions of the input from one group to the next
  int groups = 0;  ///< groups of a row

  DirectLayout(const DirectShape& shape, SampleType type)
      : group(std::max(1, shape.group_lanes / shape.outputs)),
        lanes(group * shape.outputs),
        taps(shape.kernel + (group - 1) * shape.stride),
        words(shape.inputs / inputs_of_word(type)),
        stride(group * shape.stride),
        groups((shape.out_width + group - 1) / group) {}

  /// Lanes of the block that holds a lane.
  int block_lanes(int lane) const {
    return lanes - lane / kBlock * kBlock > kHalfBlock ? kBlock : kHalfBlock;
  }
  /// All lanes, with those that fill the last block.
  int padded_lanes() const {
    const int whole = lanes / kBlock * kBlock;
    return lanes == whole ? whole : whole + block_lanes(whole);
  }
  /// Words of a row of the window.
  int row_words() const { return taps * words; }
};

/// Returns how many words of a row of the window a tile takes at once: as many as fit, in equal
/// steps without a rest.
inline int tile_step_words(int row_words) {
  int words = std::min(kTileWords, row_words);
  while (row_words % words != 0) --words;
  return words;
}

}  // namespace
}  // namespace denoiseae
