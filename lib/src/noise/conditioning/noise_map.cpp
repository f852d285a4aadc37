// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/conditioning/noise_map.h"

#include <denoiseae/frame.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "kernels/clamp_residual/clamp_residual.h"
#include "layout/cell_interpolation.h"
#include "layout/noise_map_layout.h"
#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

float luma_sum(const float* position) {
  return position[0] + position[1] + position[2] + position[3];
}

/// Side of a block in packed positions.
constexpr float kPackedBlockSide = kNoiseBlockSide / 2.0f;

}  // namespace

void fill_noise_map(const TensorView& rows, int channel, const NoiseCurve& curve, double gain) {
  const auto slope = static_cast<float>(curve.slope), offset = static_cast<float>(curve.offset);
  const auto lowest = static_cast<float>(curve.lowest);
  const auto highest = static_cast<float>(std::max(curve.lowest, curve.highest));
  const auto scale = static_cast<float>(gain / 255) * kNoiseLevelScale;
  const std::ptrdiff_t step = rows.channels;
  for (int y = 0; y < rows.height; y += 2) {
    float* top = row_of(rows, y);
    float* bottom = y + 1 < rows.height ? row_of(rows, y + 1) : top;
    for (int x = 0; x < rows.width; x += 2) {
      const std::ptrdiff_t left = step * x, right = x + 1 < rows.width ? left + step : left;
      const float sum = luma_sum(top + left) + luma_sum(top + right) + luma_sum(bottom + left) +
                        luma_sum(bottom + right);
      const float code = std::clamp((sum / 16 + 0.5f) * 255, lowest, highest);
      const float level = scale * std::sqrt(std::max(0.0f, slope * code + offset));
      top[left + channel] = top[right + channel] = level;
      bottom[left + channel] = bottom[right + channel] = level;
    }
  }
}

void fill_block_levels(const BlockLevels& levels, double luma_gain, double chroma_gain,
                       int first_row, const TensorView& rows, double luma_floor,
                       double chroma_floor) {
  const auto unit = static_cast<double>(kNoiseLevelScale) / 255;
  const auto luma_scale = static_cast<float>(luma_gain * unit);
  const auto chroma_scale = static_cast<float>(chroma_gain * unit);
  const auto luma_least = static_cast<float>(luma_floor);
  const auto chroma_least = static_cast<float>(chroma_floor);
  // Networks round the size of a frame up by less than eight blocks.
  constexpr std::size_t kBlocks = kMaxFrameSize / kNoiseBlockSide + 8;
  std::array<float, kBlocks> blocks;
  constexpr std::size_t kPositions = kBlocks * kNoiseBlockSide / 2;
  std::array<float, kPositions> luma, chroma;
  std::array<float, 2 * kPositions> both;
  static_assert(kNoiseBlockSide == 8, "a block is four packed positions wide");
  const auto fill_row = [&](const std::vector<float>& level, const CellInterpolation& down,
                            float least, float scale, float* values) {
    between_rows(level, levels.columns, down, blocks.data());
    between_cells_of_four(blocks.data(), levels.columns, rows.width, values);
    for (int x = 0; x < rows.width; ++x) values[x] = scale * std::max(least, values[x]);
  };
  for (int y = 0; y < rows.height; ++y) {
    const CellInterpolation down(first_row + y, kPackedBlockSide, levels.rows);
    fill_row(levels.luma, down, luma_least, luma_scale, luma.data());
    fill_row(levels.chroma, down, chroma_least, chroma_scale, chroma.data());
    float* position = row_of(rows, y);
    // Both levels of a position take one store.
    static_assert(kChromaNoiseChannel == kLumaNoiseChannel + 1);
    for (int x = 0; x < rows.width; ++x) {
      both[2 * x] = luma[x];
      both[2 * x + 1] = chroma[x];
    }
    for (int x = 0; x < rows.width; ++x, position += rows.channels)
      std::memcpy(position + kLumaNoiseChannel, &both[2 * x], 2 * sizeof(float));
  }
}

void clamp_residual(const TensorView& input, const TensorView& residual, const NoiseFloor& floor) {
  // The floor is above 0, so that a level of 0 gives a share of 0 and not 0 / 0. It is too small to
  // change other shares.
  constexpr float kMinFloor = 1e-12f;
  const auto square = [&](double codes) {
    const auto level = static_cast<float>(codes / 255) * kNoiseLevelScale;
    return std::max(level * level, kMinFloor);
  };
  const ResidualLimits limits{3 / kNoiseLevelScale, 5 / kNoiseLevelScale, -6.0f / 255,
                              square(floor.luma), square(floor.chroma)};
  best_clamp_residual()(limits, input.data, residual.data, input.height * input.width);
}

}  // namespace denoiseae
