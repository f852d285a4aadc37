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

#include "noise/block_noise.h"

namespace denoiseae {
namespace {

// Bounds the time for large frames: every k-th block is measured.
constexpr int kMaxBlocks = 1200;
// Part of the blocks that count as flat, and at least so many.
constexpr double kFlatPart = 0.1;
constexpr int kMinFlat = 4;

struct Block {
  double variance;  // of the noise, where the block is flat
  double activity;  // variance of the cells' means
};

}  // namespace

int noise_component(PixelFormat format) {
  return format_info(format).family == ColorFamily::rgb ? 1 : 0;
}

double estimate_noise_level(const ConstFrameView& frame) {
  return estimate_noise_level(frame, noise_component(frame.format));
}

double estimate_noise_level(const ConstFrameView& frame, int c) {
  const FormatInfo& format = format_info(frame.format);
  const Component& info = format.component[static_cast<std::size_t>(c)];
  const int width = format.component_width(c, frame.width);
  const int height = format.component_height(c, frame.height);
  if (width < kNoisePatch || height < kNoisePatch) return 0;
  const int columns = (width - 2) / kNoiseBlock, rows = (height - 2) / kNoiseBlock;
  const int total = columns * rows, measured = std::min(total, kMaxBlocks);

  std::array<Block, kMaxBlocks> blocks;
  int count = 0, constant = 0;
  for (int i = 0; i < measured; ++i) {
    const int index = static_cast<int>(static_cast<std::int64_t>(i) * total / measured);
    const int x = index % columns * kNoiseBlock, y = index / columns * kNoiseBlock;
    const NoisePatch patch =
        load_patch(frame.component_row(c, y) + x * info.step_bytes,
                   frame.stride_bytes[static_cast<std::size_t>(info.plane)], info.step_bytes);
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

}  // namespace denoiseae
