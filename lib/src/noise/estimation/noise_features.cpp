// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimation/noise_features.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "layout/area_mean.h"
#include "layout/interior.h"

namespace denoiseae {

namespace {

/// The number of cells side by side that share a vector.
constexpr int kCellsOfVector = MotionField::kBlock / kNoiseCellSide;
static_assert(kCellsOfVector == kCellGroup);

struct Displacement {
  int x = 0;
  int y = 0;
};

int whole(int whole_part, int fraction) {
  return whole_part + (2 * fraction >= MotionVector::kFractions ? 1 : 0);
}

/// Returns the vector of a luma sample.
const MotionVector& vector_at(const MotionField& motion, int x, int y) {
  return motion.at(std::min(x / MotionField::kBlock, motion.columns - 1),
                   std::min(y / MotionField::kBlock, motion.rows - 1));
}

Displacement nearest_whole(const MotionVector& vector) {
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

/// A displacement along one axis of a plane: whole samples and quarters.
struct AxisShift {
  int whole = 0;
  std::uint8_t quarters = 0;
};

/// Returns the displacement of chroma, to the nearest quarter.
AxisShift chroma_shift(int luma_whole, int luma_quarters) {
  const int eighths = luma_whole * MotionVector::kFractions + luma_quarters;
  const int quarters = half(eighths + 1);
  const int whole = half(half(quarters));
  return {whole, static_cast<std::uint8_t>(quarters - 4 * whole)};
}

/// Whether interpolation of kCellGroup cells of a plane reads that plane alone. x, y: the first
/// sample; size: the number of samples along a cell.
bool can_interpolate(int x, int y, int size, int plane_width, int plane_height) {
  return x >= kSamplesBefore && x + kCellGroup * size + kSamplesAfter <= plane_width &&
         y >= kSamplesBefore && y + size + kSamplesAfter <= plane_height;
}

/// Returns where cells come from that begin at x, y. Near the edges of the frame the nearest whole
/// samples serve, because interpolation would read beyond them.
NoiseCellsBefore counterpart(const NoisyFrames& frames, int x, int y, int width) {
  if (frames.motion == nullptr || frames.before.luma.data == nullptr) return {};
  const MotionVector& vector = vector_at(*frames.motion, x, y);
  const Displacement nearest = nearest_whole(vector);
  if (!is_inside(frames, x + nearest.x, y + nearest.y, width, kNoiseCellSide)) return {};
  NoiseCellsBefore before{planes_at(frames.before, x + nearest.x, y + nearest.y), {}, {}};
  if (!vector.is_whole() &&
      can_interpolate(x + vector.dx, y + vector.dy, kNoiseCellSide, frames.width, frames.height)) {
    before.luma = {static_cast<std::uint8_t>(vector.fx), static_cast<std::uint8_t>(vector.fy)};
    before.planes.luma = planes_at(frames.before, x + vector.dx, y + vector.dy).luma;
  }
  const AxisShift across = chroma_shift(vector.dx, vector.fx);
  const AxisShift down = chroma_shift(vector.dy, vector.fy);
  const int chroma_x = x / 2 + across.whole, chroma_y = y / 2 + down.whole;
  if (can_interpolate(chroma_x, chroma_y, kNoiseCellSide / 2, frames.width / 2,
                      frames.height / 2)) {
    const NoiseCellPlanes chroma = planes_at(frames.before, 2 * chroma_x, 2 * chroma_y);
    before.chroma = {across.quarters, down.quarters};
    before.planes.u = chroma.u;
    before.planes.v = chroma.v;
  }
  return before;
}

/// Returns the cells that lie in a range of samples; all if there are none.
Interior::Range cells_in(Interior::Range samples, int all_samples) {
  const Interior::Range cells{(samples.begin + kNoiseCellSide - 1) / kNoiseCellSide,
                              samples.end / kNoiseCellSide};
  return cells.begin < cells.end ? cells : Interior::Range{0, all_samples / kNoiseCellSide};
}

/// Fills the cells of one row that lie in the frame.
void fill_row(const NoisyFrames& frames, int cell_row, float* values) {
  NoiseCells* const noise_cells = best_noise_cells();
  const int cells = frames.width / kNoiseCellSide;
  const int y = cell_row * kNoiseCellSide;
  for (int cell = 0; cell < cells; cell += kCellsOfVector) {
    const int count = std::min(kCellsOfVector, cells - cell);
    const int x = cell * kNoiseCellSide;
    noise_cells(planes_at(frames.now, x, y), counterpart(frames, x, y, count * kNoiseCellSide),
                count, values + static_cast<std::ptrdiff_t>(cell) * kCellValues);
  }
}

}  // namespace

void read_noise_features(const NoisyFrames& frames, int first_row, const TensorView& rows) {
  const Interior interior =
      frames.interior.value_or(Interior{{0, frames.width}, {0, frames.height}});
  const Interior::Range columns = cells_in(interior.columns, frames.width);
  const Interior::Range cell_rows = cells_in(interior.rows, frames.height);
  for (int y = 0; y < rows.height; ++y) {
    float* const row = row_of(rows, y);
    fill_row(frames, mirrored_into(cell_rows, first_row + y), row);
    const auto mirror = [&](int x) {
      std::copy_n(row + static_cast<std::ptrdiff_t>(mirrored_into(columns, x)) * kCellValues,
                  kCellValues, row + static_cast<std::ptrdiff_t>(x) * kCellValues);
    };
    for (int x = 0; x < columns.begin; ++x) mirror(x);
    for (int x = columns.end; x < rows.width; ++x) mirror(x);
  }
}

const MotionVector& vector_of_block(const MotionField& motion, int column, int row) {
  return vector_at(motion, column * kNoiseBlockSide, row * kNoiseBlockSide);
}

float brightness_of_block(const NoisyFrames& frames, int column, int row) {
  if (frames.now.luma.data == nullptr) return -1;
  const int x = column * kNoiseBlockSide, y = row * kNoiseBlockSide;
  const int width = std::min(kNoiseBlockSide, frames.width - x);
  const int height = std::min(kNoiseBlockSide, frames.height - y);
  if (frames.interior) {
    const Interior& interior = *frames.interior;
    if (x < interior.columns.begin || x + width > interior.columns.end || y < interior.rows.begin ||
        y + height > interior.rows.end)
      return -1;
  }
  const LumaView& luma = frames.now.luma;
  if (width == kNoiseBlockSide && height == kNoiseBlockSide)
    return area_mean<kNoiseBlockSide, kNoiseBlockSide>(luma, x, y);
  int sum = 0;
  for (int i = 0; i < height; ++i) {
    const std::uint8_t* const codes = luma.data + (y + i) * luma.stride_bytes + x;
    for (int j = 0; j < width; ++j) sum += codes[j];
  }
  return static_cast<float>(sum) / static_cast<float>(width * height);
}

bool is_repeated(const NoisyFrames& frames, int column, int row) {
  if (frames.motion == nullptr || frames.before.luma.data == nullptr) return false;
  const Displacement by = nearest_whole(vector_of_block(*frames.motion, column, row));
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
