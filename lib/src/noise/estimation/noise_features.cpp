// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimation/noise_features.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "layout/mirrored.h"

namespace denoiseae {

namespace {

constexpr int kCellsOfBlock = kNoiseBlockSide / kNoiseCellSide;

struct Displacement {
  int x = 0;
  int y = 0;
};

int whole(int whole_part, int fraction) {
  return whole_part + (2 * fraction >= MotionVector::kFractions ? 1 : 0);
}

Displacement displacement_at(const NoisyFrames& frames, int column, int row) {
  const MotionVector& vector = frames.motion->at(std::min(column, frames.motion->columns - 1),
                                                 std::min(row, frames.motion->rows - 1));
  return {whole(vector.dx, vector.fx), whole(vector.dy, vector.fy)};
}

/// Divides by 2 and rounds down.
int half(int value) { return (value - (value < 0 ? 1 : 0)) / 2; }

/// Whether an area of luma lies inside the frame.
bool is_inside(const NoisyFrames& frames, int x, int y, int width, int height) {
  return x >= 0 && y >= 0 && x + width <= frames.width && y + height <= frames.height;
}

NoiseCellPlanes planes_at(const CodePlanes& planes, int x, int y) {
  const std::ptrdiff_t chroma = half(y) * planes.u.stride_bytes + half(x);
  return {planes.luma.data + y * planes.luma.stride_bytes + x, planes.luma.stride_bytes,
          planes.u.data + chroma, planes.v.data + chroma, planes.u.stride_bytes};
}

NoiseCellPlanes counterpart(const NoisyFrames& frames, int x, int y, int width) {
  if (frames.motion == nullptr || frames.before.luma.data == nullptr) return {};
  const Displacement by = displacement_at(frames, x / kNoiseBlockSide, y / kNoiseBlockSide);
  if (!is_inside(frames, x + by.x, y + by.y, width, kNoiseCellSide)) return {};
  return planes_at(frames.before, x + by.x, y + by.y);
}

/// Fills the cells of one row that lie in the frame.
void fill_row(const NoisyFrames& frames, int cell_row, float* values) {
  NoiseCells* const noise_cells = best_noise_cells();
  const int cells = frames.width / kNoiseCellSide;
  const int y = cell_row * kNoiseCellSide;
  for (int cell = 0; cell < cells; cell += kCellsOfBlock) {
    const int count = std::min(kCellsOfBlock, cells - cell);
    const int x = cell * kNoiseCellSide;
    noise_cells(planes_at(frames.now, x, y), counterpart(frames, x, y, count * kNoiseCellSide),
                count, values + static_cast<std::ptrdiff_t>(cell) * kCellValues);
  }
}

}  // namespace

void read_noise_features(const NoisyFrames& frames, int first_row, const TensorView& rows) {
  const int cells = frames.width / kNoiseCellSide;
  for (int y = 0; y < rows.height; ++y) {
    float* const row = row_of(rows, y);
    fill_row(frames, mirrored(first_row + y, frames.height / kNoiseCellSide), row);
    for (int x = cells; x < rows.width; ++x)
      std::copy_n(row + static_cast<std::ptrdiff_t>(mirrored(x, cells)) * kCellValues, kCellValues,
                  row + static_cast<std::ptrdiff_t>(x) * kCellValues);
  }
}

bool is_repeated(const NoisyFrames& frames, int column, int row) {
  if (frames.motion == nullptr || frames.before.luma.data == nullptr) return false;
  const Displacement by = displacement_at(frames, column, row);
  const int x = column * kNoiseBlockSide, y = row * kNoiseBlockSide;
  const int width = std::min(kNoiseBlockSide, frames.width - x);
  const int height = std::min(kNoiseBlockSide, frames.height - y);
  if (!is_inside(frames, x + by.x, y + by.y, width, height)) return false;
  const LumaView& now = frames.now.luma;
  const LumaView& before = frames.before.luma;
  for (int i = 0; i < height; ++i) {
    if (std::memcmp(now.data + (y + i) * now.stride_bytes + x,
                    before.data + (y + by.y + i) * before.stride_bytes + x + by.x,
                    static_cast<std::size_t>(width)) != 0)
      return false;
  }
  return true;
}

}  // namespace denoiseae
