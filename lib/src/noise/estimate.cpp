// SPDX-License-Identifier: LGPL-2.1-or-later
// Flat blocks are chosen by their low frequencies and measured by their high ones. The two are
// nearly independent for noise, so the choice does not prefer blocks that happen to hold little of
// it, which a low quantile of all blocks does.
//
// Cameras interpolate, smooth and compress, which leaves noise few high frequencies. At half the
// size most of its correlation is gone, and flat blocks hold it alike; the texture of a clean
// picture, which also has more low frequencies than high ones, differs from block to block.
//
// The constants were tuned on photos/train/bsds500 with clipped 8-bit noise of sigma 1.5 to 75,
// those of correlated noise on photos/train with noise blurred by sigma 0.5 to 1.2 pixels, those of
// compressed noise there and on real-noise/polyu.
#include "noise/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "noise/block_noise.h"
#include "workers.h"

namespace denoiseae {
namespace {

// Bounds the time for large frames: every k-th block is measured.
constexpr int kMaxBlocks = 1200;
constexpr int kMaxHalvedBlocks = 600;
constexpr int kMaxQuarteredBlocks = 300;
// Part of the blocks that count as flat, and at least so many.
constexpr double kFlatPart = 0.1;
constexpr int kMinFlat = 4;
// In flat blocks of correlated noise the median variance is at most so many times the 0.1 quantile;
// more where compression left noise so few high frequencies as white noise on texture hardly has.
constexpr double kMaxSpread = 1.6;
constexpr double kMaxSpreadOfCompressed = 2;
constexpr double kMinCompressed = 12;
// Noise blurred by a Gaussian of one pixel; what has yet fewer high frequencies is texture.
constexpr double kMaxCorrelation = 64;
// Coarse noise, which compression leaves: at a quarter of the size it is stronger yet, by so much
// in variance, and alike in flat blocks again. Not as weak as the steps of 8 bits in a clean slope,
// and not strong, for that may be texture. Of photos/train a fifth has such noise by itself, of
// level 2; with white noise of 2 to 10 none seems to.
constexpr double kMinCoarseCorrelation = 6;
constexpr double kMaxHalvedSpreadOfCoarse = 5;
constexpr double kMaxSpreadOfCoarse = 2;
constexpr double kMinCoarseGrowth = 1.44, kMaxCoarseGrowth = 9;
constexpr double kMinCoarseVariance = 2.25, kMaxCoarseVariance = 64;

struct Block {
  double variance;  // of the noise, where the block is flat
  double activity;  // variance of the cells' means
};

/// Nothing where too much of it is saturated.
std::optional<Block> measured(const NoisePatch& patch) {
  const double saturated = saturated_part(patch);
  if (saturated > kMaxSaturated) return std::nullopt;
  return Block{mask_variance(patch) / clipped_variance(saturated), cell_variance(patch)};
}

/// Variances in the flat blocks.
class FlatBlocks {
 public:
  void add(const Block& block) {
    // Constant blocks are bars, borders and graphics; the picture beside them may be noisy.
    if (block.variance == 0 && block.activity == 0)
      ++constant_;
    else
      blocks_[static_cast<std::size_t>(count_++)] = block;
  }

  /// False where the picture is too plain to tell.
  bool choose() {
    if (count_ <= constant_) return false;
    flat_ = std::min(count_, std::max(kMinFlat, static_cast<int>(kFlatPart * count_)));
    std::nth_element(blocks_.begin(), blocks_.begin() + flat_ - 1, blocks_.begin() + count_,
                     [](const Block& a, const Block& b) { return a.activity < b.activity; });
    return true;
  }

  double quantile(double part) {
    const auto chosen = blocks_.begin() + static_cast<int>(part * flat_);
    std::nth_element(blocks_.begin(), chosen, blocks_.begin() + flat_,
                     [](const Block& a, const Block& b) { return a.variance < b.variance; });
    return chosen->variance;
  }

 private:
  std::array<Block, kMaxBlocks> blocks_;
  int count_ = 0, constant_ = 0, flat_ = 0;
};

/// Nothing where the frame is too small or too plain to tell.
template <typename Load>
std::optional<FlatBlocks> flat_blocks(const ConstFrameView& frame, int c, int side, int most,
                                      Load load, Workers* workers) {
  const FormatInfo& format = format_info(frame.format);
  const int width = format.component_width(c, frame.width);
  const int height = format.component_height(c, frame.height);
  if (width < side || height < side) return std::nullopt;
  const int columns = (width - side) / kNoiseBlock + 1;
  const int total = columns * ((height - side) / kNoiseBlock + 1), count = std::min(total, most);
  std::array<std::optional<Block>, kMaxBlocks> found;
  for_ranges(workers, count, [&](int begin, int end) {
    for (int i = begin; i < end; ++i) {
      const int index = static_cast<int>(static_cast<std::int64_t>(i) * total / count);
      const int x = index % columns * kNoiseBlock, y = index / columns * kNoiseBlock;
      const CodeSquare square(frame, c, x, y, side);
      found[static_cast<std::size_t>(i)] =
          measured(load(square.samples(), square.row_stride(), square.step()));
    }
  });
  FlatBlocks blocks;
  for (int i = 0; i < count; ++i)
    if (const auto& block = found[static_cast<std::size_t>(i)]) blocks.add(*block);
  return blocks.choose() ? std::optional(blocks) : std::nullopt;
}

}  // namespace

int noise_component(PixelFormat format) {
  return format_info(format).family == ColorFamily::rgb ? 1 : 0;
}

double estimate_noise_level(const ConstFrameView& frame) {
  return estimate_noise_level(frame, noise_component(frame.format));
}

double estimate_noise_level(const ConstFrameView& frame, int c, Workers* workers) {
  return measure_noise(frame, c, workers).level();
}

double NoiseMeasurement::level() const { return std::sqrt(variance * correlation); }

NoiseMeasurement measure_noise(const ConstFrameView& frame, int c, Workers* workers) {
  auto blocks = flat_blocks(frame, c, kNoisePatch, kMaxBlocks, load_patch, workers);
  if (!blocks) return {};
  NoiseMeasurement noise{blocks->quantile(kQuantile) / kQuantileOfMean, 1};

  auto halved =
      flat_blocks(frame, c, 2 * kNoisePatch, kMaxHalvedBlocks, load_halved_patch, workers);
  if (noise.variance == 0 || !halved) return noise;
  const double correlation = 4 * halved->quantile(kQuantile) / kQuantileOfMean / noise.variance;
  const double spread = halved->quantile(0.5) / halved->quantile(0.1);
  const double most = correlation < kMinCompressed ? kMaxSpread : kMaxSpreadOfCompressed;
  if (correlation >= kMinCorrelation && correlation <= kMaxCorrelation && spread <= most)
    noise.correlation = correlation;

  if (correlation < kMinCoarseCorrelation || spread > kMaxHalvedSpreadOfCoarse) return noise;
  auto quartered =
      flat_blocks(frame, c, 4 * kNoisePatch, kMaxQuarteredBlocks, load_quartered_patch, workers);
  if (!quartered) return noise;
  constexpr double kRounding = 1.0 / 12;
  const double coarse = 16 * (quartered->quantile(kQuantile) / kQuantileOfMean - kRounding);
  const double growth = coarse / (noise.variance * correlation);
  if (coarse < kMinCoarseVariance || coarse > kMaxCoarseVariance || growth < kMinCoarseGrowth ||
      growth > kMaxCoarseGrowth ||
      quartered->quantile(0.5) > kMaxSpreadOfCoarse * quartered->quantile(0.1))
    return noise;
  noise.correlation = correlation;
  noise.growth = std::sqrt(growth);
  return noise;
}

}  // namespace denoiseae
