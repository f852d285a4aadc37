// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace denoiseae {
namespace {

constexpr int kBlock = 16;
constexpr int kMaxBlocks = 1536;
constexpr int kMinSize = 8;
constexpr double kQuantile = 0.1;

struct BlockEnergy {
  double variance;
  bool usable;
};

// The mask 1 -2 1 / -2 4 -2 / 1 -2 1 of Immerkaer (CVIU 64(2), 1996) is blind to planes and to
// straight edges along the axes; its response to white noise has 36 times the noise's variance.
BlockEnergy measure_block(const ConstFrameView& frame, int c, int x0, int y0, int width,
                          int height) {
  const int step = format_info(frame.format).component[c].step_bytes;
  std::array<std::array<int, kBlock>, 3> rows;
  int saturated = 0;
  long sum = 0;
  for (int y = 0; y < height + 2; ++y) {
    const std::uint8_t* p = frame.component_row(c, y0 + y) + x0 * step;
    std::array<int, kBlock>& row = rows[y % 3];
    for (int x = 0; x < width; ++x) {
      const int center = p[(x + 1) * step];
      saturated += center == 0 || center == 255;
      row[x] = p[x * step] - 2 * center + p[(x + 2) * step];
    }
    if (y < 2) continue;
    for (int x = 0; x < width; ++x) {
      const int response = rows[(y - 2) % 3][x] - 2 * rows[(y - 1) % 3][x] + row[x];
      sum += response * response;
    }
  }
  return {sum / (36.0 * width * height), saturated * 50 < width * (height + 2)};
}

}  // namespace

double estimate_noise_level(const ConstFrameView& frame) {
  if (frame.width < kMinSize || frame.height < kMinSize) return 0;
  const int c = format_info(frame.format).family == ColorFamily::rgb ? 1 : 0;
  const int block_width = std::min(kBlock, frame.width - 2);
  const int block_height = std::min(kBlock, frame.height - 2);
  const int columns = (frame.width - 2) / block_width, rows = (frame.height - 2) / block_height;
  const int total = columns * rows, count = std::min(total, kMaxBlocks);
  std::array<double, kMaxBlocks> variances;
  int used = 0;
  for (int i = 0; i < count; ++i) {
    const int index = static_cast<int>(static_cast<long>(i) * total / count);
    const BlockEnergy block =
        measure_block(frame, c, index % columns * block_width, index / columns * block_height,
                      block_width, block_height);
    if (block.usable) variances[used++] = block.variance;
  }
  if (used == 0) return 0;
  const auto quantile = variances.begin() + static_cast<int>(kQuantile * used);
  std::nth_element(variances.begin(), quantile, variances.begin() + used);
  return std::sqrt(*quantile);
}

double NoiseEstimator::update(const ConstFrameView& frame) {
  constexpr double kWeight = 0.1;
  const double now = estimate_noise_level(frame);
  level_ = level_ < 0 ? now : level_ + kWeight * (now - level_);
  return level_;
}

}  // namespace denoiseae
