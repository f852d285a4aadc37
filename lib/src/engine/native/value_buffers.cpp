// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/native/value_buffers.h"

#include <utility>

namespace denoiseae {

ValueBuffers::ValueBuffers(std::vector<Shape> shapes, std::vector<std::vector<TileRows>> row_tiles,
                           std::vector<int> rows_together)
    : shapes_(std::move(shapes)),
      row_tiles_(std::move(row_tiles)),
      rows_together_(std::move(rows_together)),
      bands_(shapes_.size() + 1),
      line_buffers_(bands_.size()) {}

RowBand ValueBuffers::band_like(NodeId id, SampleType type) const {
  return {.type = type, .channels = shapes_[id].channels, .width = shapes_[id].width};
}

RowBand ValueBuffers::reserve(PlanBuilder& builder, NodeId id, SampleType type) {
  return reserve(builder, static_cast<std::size_t>(id), id, type);
}

RowBand ValueBuffers::reserve_caller_input(PlanBuilder& builder) {
  return reserve(builder, bands_.size() - 1, 0, SampleType::float32);
}

RowBand ValueBuffers::reserve(PlanBuilder& builder, std::size_t index, NodeId id, SampleType type) {
  std::optional<LineBuffer>& line_buffer = line_buffers_[index];
  if (!line_buffer) {
    std::vector<TileRows> rows;
    for (const std::vector<TileRows>& row_tile : row_tiles_) rows.push_back(row_tile[id]);
    line_buffer.emplace(builder, band_like(id, type), rows, rows_together_[id]);
  }
  const RowBand part = line_buffer->advance(builder, row_tiles_[row_tile_][id]);
  bands_[index] = line_buffer->held();
  return part;
}

}  // namespace denoiseae
