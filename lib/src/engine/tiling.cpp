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

TensorView nth(TensorView planes, int i) {
  planes.data += static_cast<std::size_t>(i) * planes.size();
  return planes;
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

void Tiling::cut(const TensorView& picture, int first, int count, const TensorView& tile) const {
  const std::ptrdiff_t channels = picture.channels;
  for (int i = 0; i < count; ++i) {
    const TensorView to = nth(tile, i);
    const int row = (first + i) / columns_.count();
    const int column = (first + i) % columns_.count();
    for (int y = 0; y < to.height; ++y) {
      const int from_y = rows_.source(row, y);
      float* out = at(to, y, 0);
      out = std::copy_n(at(picture, from_y, columns_.start(column)), columns_.extent() * channels,
                        out);
      for (int x = columns_.extent(); x < to.width; ++x) {
        out = std::copy_n(at(picture, from_y, columns_.source(column, x)), channels, out);
      }
    }
  }
}

void Tiling::blend(const TensorView& tile, int first, int count, const TensorView& picture) const {
  for (int i = 0; i < count; ++i) {
    const TensorView from = nth(tile, i);
    const int row = (first + i) / columns_.count();
    const int column = (first + i) % columns_.count();
    for (int y = 0; y < rows_.extent(); ++y) {
      const float* in = at(from, y, 0);
      float* out = at(picture, rows_.start(row) + y, columns_.start(column));
      for (int x = 0; x < columns_.extent(); ++x) {
        const float weight = rows_.weight(row, y) * columns_.weight(column, x);
        for (int c = 0; c < picture.channels; ++c) *out++ += weight * *in++;
      }
    }
  }
}

}  // namespace denoiseae
