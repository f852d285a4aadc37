// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/interpolate_row.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace denoiseae {

namespace {

/// The values of the blocks of a part, and of one block more on each side.
using BlockValues = std::array<float, kPartSamples + 2>;

float bilinear(float nearest, float beside, float other_row, float diagonal) {
  return (9 * nearest + 3 * (beside + other_row) + diagonal) * (1.0f / 16);
}

/// Returns the values of one channel in row y, from the block before first to the one behind the
/// last. Copies them to memory unless they lie there side by side.
const float* block_values(const TensorView& planes, int channel, int y, int first, int count,
                          BlockValues& memory) {
  const float* const row = row_of(planes, std::clamp(y, 0, planes.height - 1)) + channel;
  if (planes.channels == 1 && first > 0 && first + count < planes.width) return row + first - 1;
  const auto at = [&](int x) { return row[std::ptrdiff_t{x} * planes.channels]; };
  memory[0] = at(std::max(first - 1, 0));
  for (int i = 0; i < count; ++i) memory[i + 1] = at(first + i);
  memory[count + 1] = at(std::min(first + count, planes.width - 1));
  return memory.data();
}

}  // namespace

void interpolate_row(const TensorView& planes, int channel, int y, int first, int count, Part& to,
                     const Component& component) {
  const bool half_width = component.log2_sub_x == 1, half_height = component.log2_sub_y == 1;
  const int row = half_height ? y : y / 2;
  const int other_row = half_height ? row : row + (y % 2 == 0 ? -1 : 1);
  const int first_block = half_width ? first : first / 2;
  const int blocks = half_width ? count : (count + 1) / 2;
  BlockValues near_memory, far_memory;
  const float* const near =
      block_values(planes, channel, row, first_block, blocks, near_memory) + 1;
  const float* const far =
      block_values(planes, channel, other_row, first_block, blocks, far_memory) + 1;
  if (half_width) {
    for (int i = 0; i < blocks; ++i) to[i] = bilinear(near[i], near[i], far[i], far[i]);
    return;
  }
  for (int i = 0; i < blocks; ++i) {
    to[2 * i] = bilinear(near[i], near[i - 1], far[i], far[i - 1]);
    to[2 * i + 1] = bilinear(near[i], near[i + 1], far[i], far[i + 1]);
  }
}

}  // namespace denoiseae
