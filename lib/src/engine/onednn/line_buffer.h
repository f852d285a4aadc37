// SPDX-License-Identifier: LGPL-2.1-or-later
// Memory for the rows of one value that row_tiles compute and read again.
#pragma once

#include <denoiseae/export.h>

#include <vector>

#include "engine/onednn/plan_builder.h"
#include "engine/onednn/row_band.h"
#include "engine/onednn/row_tiles.h"

namespace denoiseae {

class DAE_API LineBuffer {
 public:
  /// shape: type, channels and width. row_tiles: what each does with the value. together: rows stay
  /// where they are, and groups of so many lie in one allocation, which takes half the memory of 0:
  /// all that are read again lie in one allocation, and move from time to time.
  LineBuffer(PlanBuilder& builder, const RowBand& shape, const std::vector<TileRows>& row_tiles,
             int together);

  /// Room for the rows that the next row_tile computes.
  RowBand advance(PlanBuilder& builder, const TileRows& rows);

  /// All rows that are there.
  const RowBand& held() const { return held_; }

 private:
  RowBand held_;
  int capacity_;  ///< rows
};

}  // namespace denoiseae
