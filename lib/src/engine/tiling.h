// SPDX-License-Identifier: LGPL-2.1-or-later
// How a picture is cut into overlapping tiles of one size, and put together again.
#pragma once

#include <vector>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Tiles along one axis of a picture. They overlap by a quarter or a little more and are spread
/// evenly. A picture shorter than a tile has one tile, filled by mirroring at the edges.
class TileAxis {
 public:
  /// length, tile: positions, 1 or more.
  TileAxis(int length, int tile);

  int count() const { return static_cast<int>(start_.size()); }
  /// First position of tile i in the picture.
  int start(int i) const { return start_[i]; }
  /// Positions of a tile.
  int tile() const { return extent_ + static_cast<int>(mirror_.size()); }
  /// Positions of a tile that lie in the picture.
  int extent() const { return extent_; }
  /// Position in the picture that position k of tile i is filled from.
  int source(int i, int k) const { return k < extent_ ? start_[i] + k : mirror_[k - extent_]; }
  /// Share of position k < extent() of tile i in the picture: rises and falls over the overlaps
  /// with its neighbours as a raised cosine; the shares of all tiles at a position sum to 1.
  float weight(int i, int k) const { return weights_[static_cast<std::size_t>(i) * extent_ + k]; }

 private:
  int extent_;
  std::vector<int> start_;
  std::vector<int> mirror_;     ///< positions beyond the end of a picture shorter than a tile
  std::vector<float> weights_;  ///< tiles x extent
};

/// The tiles of a picture, counted row by row. Nothing here allocates but the constructor.
class Tiling {
 public:
  Tiling(int height, int width, int tile_height, int tile_width);

  int count() const { return rows_.count() * columns_.count(); }
  /// Copies row y of a tile from the picture to out, which has the width of a tile.
  void cut_row(const TensorView& picture, int tile, int y, float* out) const;
  /// Adds row y of a tile, weighted, to the picture. A picture of zeros to which every row of every
  /// tile was added is the blend of the tiles.
  void blend_row(int tile, int y, const float* in, const TensorView& picture) const;

 private:
  TileAxis rows_;
  TileAxis columns_;
};

}  // namespace denoiseae
