// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/tiling.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "layout/mirrored.h"

namespace denoiseae {

namespace {

/// From 0 to 1 over an overlap, half a raised cosine; what it lacks to 1 is its mirror image.
double rise(int k, int overlap) {
  if (k >= overlap) return 1;
  const double s = std::sin(std::numbers::pi / 2 * (k + 0.5) / overlap);
  return s * s;
}

float* at(const TensorView& planes, int y, int x) {
  return planes.data + (static_cast<std::size_t>(y) * planes.width + x) * planes.channels;
}

}  // namespace

TileAxis::TileAxis(int length, int tile) : extent_(std::min(length, tile)) {
  const int step = tile - tile / 4;
  const int free = length - extent_;
  const int last = (free + step - 1) / step;
  for (int i = 0; i <= last; ++i) {
    start_.push_back(last == 0 ? 0 : static_cast<int>(std::int64_t{free} * i / last));
  }
  for (int k = extent_; k < tile; ++k) mirror_.push_back(mirrored(k, length));

  std::vector<double> windows;
  std::vector<double> sum(static_cast<std::size_t>(length), 0.0);
  for (int i = 0; i <= last; ++i) {
    const int before = i == 0 ? 0 : start_[i - 1] + extent_ - start_[i];
    const int after = i == last ? 0 : start_[i] + extent_ - start_[i + 1];
    for (int k = 0; k < extent_; ++k) {
      windows.push_back(rise(k, before) * rise(extent_ - 1 - k, after));
      sum[start_[i] + k] += windows.back();
    }
  }
  // Where only two tiles meet, the sum is 1 already.
  for (int i = 0; i <= last; ++i) {
    for (int k = 0; k < extent_; ++k) {
      const double window = windows[static_cast<std::size_t>(i) * extent_ + k];
      weights_.push_back(static_cast<float>(window / sum[start_[i] + k]));
    }
  }
}

Tiling::Tiling(int height, int width, int tile_height, int tile_width)
    : rows_(height, tile_height), columns_(width, tile_width) {}

void Tiling::cut_row(const TensorView& picture, int tile, int y, float* out) const {
  const int column = tile % columns_.count();
  const int from_y = rows_.source(tile / columns_.count(), y);
  out = std::copy_n(at(picture, from_y, columns_.start(column)),
                    columns_.extent() * picture.channels, out);
  for (int x = columns_.extent(); x < columns_.tile(); ++x)
    out = std::copy_n(at(picture, from_y, columns_.source(column, x)), picture.channels, out);
}

void Tiling::blend_row(int tile, int y, const float* in, const TensorView& picture) const {
  if (y >= rows_.extent()) return;
  const int row = tile / columns_.count(), column = tile % columns_.count();
  float* out = at(picture, rows_.start(row) + y, columns_.start(column));
  for (int x = 0; x < columns_.extent(); ++x) {
    const float weight = rows_.weight(row, y) * columns_.weight(column, x);
    for (int c = 0; c < picture.channels; ++c) *out++ += weight * *in++;
  }
}

}  // namespace denoiseae
