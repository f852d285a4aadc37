// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/line_buffer.h"

#include <algorithm>

#include "engine/native/loops.h"

namespace denoiseae {

namespace {

/// The largest number of rows that are there at a time, in every row tile up to the given end of
/// it.
int max_rows(const std::vector<TileRows>& row_tiles, int RowRange::*end) {
  int rows = 0;
  for (const TileRows& row_tile : row_tiles)
    rows = std::max(rows, row_tile.fresh.*end - row_tile.oldest);
  return rows;
}

}  // namespace

LineBuffer::LineBuffer(PlanBuilder& builder, const RowBand& shape,
                       const std::vector<TileRows>& row_tiles, int together)
    : held_(shape), capacity_(max_rows(row_tiles, &RowRange::end)) {
  if (together != 0) {
    capacity_ = (capacity_ + together - 1) / together * together;
    held_.ring = capacity_;
  } else {
    // Moves are rare if there is room for the rows of the tiles before once more.
    capacity_ += max_rows(row_tiles, &RowRange::begin);
  }
  held_.first = row_tiles.front().oldest;
  held_.rows = {held_.first, held_.first};
  held_.buffer = builder.reserve(static_cast<std::size_t>(capacity_) * held_.row_bytes());
}

RowBand LineBuffer::advance(PlanBuilder& builder, const TileRows& rows) {
  if (held_.ring == 0 && rows.fresh.end - held_.first > capacity_) {
    const RowBand kept = held_.part({rows.oldest, held_.rows.end});
    held_ = kept.moved_to(held_.buffer);
    if (kept.rows.count() != 0) append_move(builder, kept, held_);
  }
  held_.rows.end = rows.fresh.end;
  return held_.part(rows.fresh);
}

}  // namespace denoiseae
