// SPDX-License-Identifier: LGPL-2.1-or-later
// Flat blocks are chosen by their low frequencies and measured by their high ones. The two are
// nearly independent for noise, so the choice does not prefer blocks that happen to hold little of
// it, which a low quantile of all blocks does.
//
// The constants were tuned on photos/train/bsds500 with clipped 8-bit noise of sigma 1.5 to 75.
#include "noise/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace denoiseae {
namespace {

constexpr int kBlock = 16;
constexpr int kPatch = kBlock + 2;  // a block with the border that the mask needs
constexpr int kCell = 4;            // low frequencies: means of cells of this size
// Bounds the time for large frames: every k-th block is measured.
constexpr int kMaxBlocks = 1200;
// Blocks with more saturated samples than this say little about the noise.
constexpr double kMaxSaturated = 0.3;
// Part of the blocks that count as flat, and at least so many.
constexpr double kFlatPart = 0.1;
constexpr int kMinFlat = 4;
// The quantile that is read from the flat blocks: below the median, because some hold fine texture.
constexpr double kQuantile = 0.3;
// The variance measured on one block of noise follows a chi-square distribution of 68 degrees of
// freedom (256 responses, correlated through the mask: the squares of its autocorrelation sum to
// 3.78). Its 0.3 quantile by Wilson and Hilferty's formula, in parts of the mean.
constexpr double kQuantileOfMean = 0.903;

using Patch = std::array<std::array<std::int16_t, kPatch>, kPatch>;

struct Block {
  double variance;  // of the noise, where the block is flat
  double activity;  // variance of the cells' means
};

Patch load_patch(const ConstFrameView& frame, int c, int x0, int y0) {
  const int step = format_info(frame.format).component[c].step_bytes;
  Patch patch;
  for (int y = 0; y < kPatch; ++y) {
    const std::uint8_t* from = frame.component_row(c, y0 + y) + x0 * step;
    for (int x = 0; x < kPatch; ++x) patch[y][x] = from[x * step];
  }
  return patch;
}

// The mask 1 -2 1 / -2 4 -2 / 1 -2 1 of Immerkaer (Computer Vision and Image Understanding 64(2),
// 1996) is blind to slopes and to edges along the axes; the squares of its weights sum to 36.
double mask_variance(const Patch& patch) {
  std::array<std::array<std::int16_t, kBlock>, kPatch> across;
  for (int y = 0; y < kPatch; ++y)
    for (int x = 0; x < kBlock; ++x)
      across[y][x] = static_cast<std::int16_t>(patch[y][x] - 2 * patch[y][x + 1] + patch[y][x + 2]);
  std::int32_t sum = 0;
  for (int y = 0; y < kBlock; ++y)
    for (int x = 0; x < kBlock; ++x) {
      const int response = across[y][x] - 2 * across[y + 1][x] + across[y + 2][x];
      sum += response * response;
    }
  return sum / (36.0 * kBlock * kBlock);
}

double cell_variance(const Patch& patch) {
  constexpr int kCells = kBlock / kCell;
  double sum = 0, squares = 0;
  for (int cell_y = 0; cell_y < kCells; ++cell_y)
    for (int cell_x = 0; cell_x < kCells; ++cell_x) {
      int codes = 0;
      for (int y = 0; y < kCell; ++y)
        for (int x = 0; x < kCell; ++x)
          codes += patch[1 + cell_y * kCell + y][1 + cell_x * kCell + x];
      const double mean = codes / static_cast<double>(kCell * kCell);
      sum += mean;
      squares += mean * mean;
    }
  const double count = kCells * kCells;
  return squares / count - (sum / count) * (sum / count);
}

double saturated_part(const Patch& patch) {
  int saturated = 0;
  for (int y = 1; y <= kBlock; ++y)
    for (int x = 1; x <= kBlock; ++x) saturated += patch[y][x] == 0 || patch[y][x] == 255;
  return saturated / static_cast<double>(kBlock * kBlock);
}

// Clipping a part q of normal noise at one end leaves this part of its variance; the polynomial is
// within 0.007 of the exact value for q up to kMaxSaturated.
double clipped_variance(double q) { return 1 - 1.73 * q + 0.9 * q * q; }

}  // namespace

double estimate_noise_level(const ConstFrameView& frame) {
  if (frame.width < kPatch || frame.height < kPatch) return 0;
  const int c = format_info(frame.format).family == ColorFamily::rgb ? 1 : 0;
  const int columns = (frame.width - 2) / kBlock, rows = (frame.height - 2) / kBlock;
  const int total = columns * rows, measured = std::min(total, kMaxBlocks);

  std::array<Block, kMaxBlocks> blocks;
  int count = 0, constant = 0;
  for (int i = 0; i < measured; ++i) {
    const int index = static_cast<int>(static_cast<std::int64_t>(i) * total / measured);
    const Patch patch = load_patch(frame, c, index % columns * kBlock, index / columns * kBlock);
    const double saturated = saturated_part(patch);
    if (saturated > kMaxSaturated) continue;
    const Block block{mask_variance(patch) / clipped_variance(saturated), cell_variance(patch)};
    // Constant blocks are bars, borders and graphics; the picture beside them may be noisy.
    if (block.variance == 0 && block.activity == 0)
      ++constant;
    else
      blocks[count++] = block;
  }
  if (count <= constant) return 0;

  const int flat = std::min(count, std::max(kMinFlat, static_cast<int>(kFlatPart * count)));
  const auto flat_end = blocks.begin() + flat;
  std::nth_element(blocks.begin(), flat_end - 1, blocks.begin() + count,
                   [](const Block& a, const Block& b) { return a.activity < b.activity; });
  const auto chosen = blocks.begin() + static_cast<int>(kQuantile * flat);
  std::nth_element(blocks.begin(), chosen, flat_end,
                   [](const Block& a, const Block& b) { return a.variance < b.variance; });
  return std::sqrt(chosen->variance / kQuantileOfMean);
}

double NoiseEstimator::update(const ConstFrameView& frame) {
  // Weight of a new frame: half of a step is followed after 7 frames.
  constexpr double kWeight = 0.1;
  const double now = estimate_noise_level(frame);
  level_ = level_ < 0 ? now : level_ + kWeight * (now - level_);
  return level_;
}

}  // namespace denoiseae
