// SPDX-License-Identifier: LGPL-2.1-or-later
// Memory for the rows of one value that row tiles compute and read again.
#pragma once

#include <vector>

#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"
#include "engine/native/row_tiles.h"

namespace denoiseae {

class LineBuffer {
 public:
  /// shape: type, channels and width. row_tiles: the value's rows in each. together: if not 0, the
  /// buffer is a ring, in which rows stay where they are and groups of so many rows lie in one
  /// piece. If 0, all rows that are read again lie in one piece and move from time to time, which
  /// takes twice the memory.
  LineBuffer(PlanBuilder& builder, const RowBand& shape, const std::vector<TileRows>& row_tiles,
             int together);

  /// Room for the rows that the next row tile computes.
  RowBand advance(PlanBuilder& builder, const TileRows& rows);

  /// All rows that are there.
  const RowBand& held() const { return held_; }

 private:
  RowBand held_;
  int capacity_;  ///< in rows
};

}  // namespace denoiseae
