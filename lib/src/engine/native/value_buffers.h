// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells where the rows of all values lie while the row tiles of a plan are appended, from the top.
#pragma once

#include <optional>
#include <vector>

#include "engine/native/line_buffer.h"
#include "engine/native/plan_builder.h"
#include "engine/native/row_band.h"
#include "engine/native/row_tiles.h"

namespace denoiseae {

class ValueBuffers {
 public:
  /// rows_together: for each node as LineBuffer takes it.
  ValueBuffers(std::vector<Shape> shapes, std::vector<std::vector<TileRows>> row_tiles,
               std::vector<int> rows_together);

  std::size_t row_tile_count() const { return row_tiles_.size(); }
  void start_row_tile(std::size_t index) { row_tile_ = index; }

  const Shape& shape(NodeId id) const { return shapes_[id]; }
  /// A band as wide and with as many channels as a node has, without memory.
  RowBand band_like(NodeId id, SampleType type) const;

  /// The rows of a node that this row tile computes.
  RowRange fresh(NodeId id) const { return row_tiles_[row_tile_][id].fresh; }
  /// All rows of a node that are there.
  const RowBand& held(NodeId id) const { return bands_[id]; }
  /// Room for the rows of a node that this row tile computes.
  RowBand reserve(PlanBuilder& builder, NodeId id, SampleType type);

  // The caller fills the input in float32, and gets its rows back together with those of the
  // output. Therefore the input may be there twice, in two types.
  RowBand reserve_caller_input(PlanBuilder& builder);
  const RowBand& caller_input() const { return bands_.back(); }
  /// From now on the node is the caller's input.
  void share_caller_input() { bands_.front() = bands_.back(); }

 private:
  RowBand reserve(PlanBuilder& builder, std::size_t index, NodeId id, SampleType type);

  std::vector<Shape> shapes_;
  std::vector<std::vector<TileRows>> row_tiles_;
  std::vector<int> rows_together_;
  std::size_t row_tile_ = 0;    ///< the one that is appended
  std::vector<RowBand> bands_;  ///< the rows that are there, of each node, then the caller's input
  std::vector<std::optional<LineBuffer>> line_buffers_;  ///< the memory of the bands
};

}  // namespace denoiseae
