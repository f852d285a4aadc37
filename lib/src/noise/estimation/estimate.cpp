// SPDX-License-Identifier: LGPL-2.1-or-later
// Flat blocks are chosen by their low frequencies and measured by their high ones. The two are
// nearly independent for noise, so the choice does not prefer blocks that happen to hold little of
// it, which a low quantile of all blocks does.
//
// Cameras interpolate, smooth and compress, which leaves noise few high frequencies. At half the
// size most of its correlation is gone, and flat blocks hold it alike; the texture of a clean
// picture, which also has more low frequencies than high ones, differs from block to block. Such
// noise differs by brightness, and the flattest blocks of all are often the darkest: the level is a
// mean over groups of blocks alike in brightness, as far as these agree.
//
// The constants were tuned on photos/train/bsds500 with clipped 8-bit noise of sigma 1.5 to 75,
// those of correlated noise on photos/train with noise blurred by sigma 0.5 to 1.2 pixels, those of
// compressed noise there and on real-noise/polyu.
#include "noise/estimation/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include "noise/estimation/block_noise.h"
#include "parallel/for_ranges.h"

namespace denoiseae {
namespace {

// Bounds the time for large frames: every k-th block is measured.
constexpr int kMaxBlocks = 1200;
constexpr int kMaxHalvedBlocks = 600;
constexpr int kMaxQuarteredBlocks = 300;
// Part of the blocks that count as flat, and at least so many.
constexpr double kFlatPart = 0.1;
constexpr int kMinFlat = 4;
// The same of each of so many groups of blocks alike in brightness, which are that large at least.
constexpr double kFlatPartOfGroup = 0.3;
constexpr int kMaxGroups = 8, kMinOfGroup = 16;
// Where that is noise that neighbours share, most groups are alike in their flat blocks and all in
// how few high frequencies it has: the median difference from the median logarithm of the
// correlation, and that from the one of the flattest blocks of all. Of the 189 pictures of
// photos/train whose flattest blocks pretend such noise, 75 are so; of the others the level is that
// of these blocks.
constexpr double kMaxSpreadInGroup = 1.6;
constexpr double kMaxDifference = 0.25;
constexpr double kMaxDisagreement = 0.7;
// Noise differs by brightness, but not by more than so many times; what is above is texture.
constexpr double kMaxOfFlattest = 2;
// So alike, and with so few high frequencies, is noise alone, whatever the flattest blocks hold,
// which may be crushed shadows: no picture of photos/train that was not taken for noise by those.
constexpr double kMaxSpreadOfAlike = 1.5;
constexpr double kMaxDifferenceOfAlike = 0.15;
constexpr double kMinCorrelationOfAlike = 12;
constexpr double kMaxCrushedVariance = 0.5;  // above it the flattest blocks hold noise
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
  double mean;
};

/// Nothing where too much of it is saturated.
std::optional<Block> measured(const NoisePatch& patch) {
  const double saturated = saturated_part(patch);
  if (saturated > kMaxSaturated) return std::nullopt;
  return Block{mask_variance(patch) / clipped_variance(saturated), cell_variance(patch),
               mean_of_block(patch)};
}

/// Of groups of blocks alike in brightness. Noise of cameras differs by it, and the flattest blocks
/// of a picture are often its quietest.
struct Groups {
  std::array<double, kMaxGroups> variance;
  std::array<double, kMaxGroups> spread;  ///< median by 0.1 quantile
  int count = 0;
};

double lower_median(std::array<double, kMaxGroups> values, int count) {
  const auto middle = values.begin() + (count - 1) / 2;
  std::nth_element(values.begin(), middle, values.begin() + count);
  return *middle;
}

double mean_deviation(const Groups& groups) {
  double sum = 0;
  for (int i = 0; i < groups.count; ++i) sum += std::sqrt(groups.variance[i]);
  return sum / groups.count;
}

/// What the groups have in common.
struct Likeness {
  double spread;       ///< at half the size, in most of them
  double correlation;  ///< as in NoiseMeasurement
  double difference;   ///< of their correlations

  /// Of flattest blocks of such a correlation.
  bool agrees_with(double of_flattest) const {
    return spread <= kMaxSpreadInGroup && difference <= kMaxDifference &&
           std::abs(std::log(correlation / of_flattest)) <= kMaxDisagreement;
  }
  bool is_noise() const {
    return spread <= kMaxSpreadOfAlike && difference <= kMaxDifferenceOfAlike &&
           correlation >= kMinCorrelationOfAlike && correlation <= kMaxCorrelation;
  }
};

/// halved: at half the size.
Likeness likeness_of(const Groups& full, const Groups& halved) {
  std::array<double, kMaxGroups> ratios{}, differences{};
  constexpr double kMin = 1e-3;  // crushed to one code
  for (int i = 0; i < full.count; ++i)
    ratios[i] = std::log(std::max(halved.variance[i], kMin) / std::max(full.variance[i], kMin));
  const double middle = lower_median(ratios, full.count);
  for (int i = 0; i < full.count; ++i) differences[i] = std::abs(ratios[i] - middle);
  return {lower_median(halved.spread, full.count), 4 * std::exp(middle),
          lower_median(differences, full.count)};
}

using BlockIterator = std::array<Block, kMaxBlocks>::iterator;

/// Moves the flattest part of the blocks, which there are, to their beginning; returns its size.
int choose_flattest(BlockIterator first, BlockIterator last, double part) {
  const auto count = static_cast<int>(last - first);
  const int flat = std::min(count, std::max(kMinFlat, static_cast<int>(part * count)));
  std::nth_element(first, first + flat - 1, last,
                   [](const Block& a, const Block& b) { return a.activity < b.activity; });
  return flat;
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
    flat_ = choose_flattest(blocks_.begin(), blocks_.begin() + count_, kFlatPart);
    return true;
  }

  int count() const { return count_; }

  /// Of the flattest blocks of each of count groups alike in brightness, at most as many as there
  /// are blocks. Moves the blocks: quantile comes before.
  Groups groups(int count) {
    Groups result;
    result.count = count;
    const auto begin = blocks_.begin();
    std::sort(begin, begin + count_,
              [](const Block& a, const Block& b) { return a.mean < b.mean; });
    for (int i = 0; i < count; ++i) {
      const auto first = begin + count_ * i / count, last = begin + count_ * (i + 1) / count;
      const int flat = choose_flattest(first, last, kFlatPartOfGroup);
      std::sort(first, first + flat,
                [](const Block& a, const Block& b) { return a.variance < b.variance; });
      const auto at = [&](double part) { return first[static_cast<int>(part * flat)].variance; };
      const auto g = static_cast<std::size_t>(i);
      result.variance[g] = at(kQuantile) / kQuantileOfMean;
      // Not a number breaks a sort.
      result.spread[g] = at(0.1) > 0 ? at(0.5) / at(0.1) : std::numeric_limits<double>::infinity();
    }
    return result;
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
std::optional<FlatBlocks> flat_blocks(const ConstFrameView& frame, int c, int side, int max_blocks,
                                      Load load, ThreadPool* pool) {
  const FormatInfo& format = format_info(frame.format);
  const int width = format.component_width(c, frame.width);
  const int height = format.component_height(c, frame.height);
  if (width < side || height < side) return std::nullopt;
  const int columns = (width - side) / kNoiseBlock + 1;
  const int total = columns * ((height - side) / kNoiseBlock + 1),
            count = std::min(total, max_blocks);
  std::array<std::optional<Block>, kMaxBlocks> found;
  for_ranges(pool, count, [&](int begin, int end) {
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

/// Of the flattest blocks of all.
struct Flattest {
  double variance;
  double halved_variance;  ///< of white noise like it at half the size
  double halved_spread;    ///< median by 0.1 quantile

  double correlation() const { return halved_variance / variance; }

  /// Whether they hold noise that neighbours share, where their correlation is kMinCorrelation or
  /// more.
  bool are_correlated(const ConstFrameView& frame, int c, ThreadPool* pool) const {
    const double max_spread = correlation() < kMinCompressed ? kMaxSpread : kMaxSpreadOfCompressed;
    if (correlation() <= kMaxCorrelation && halved_spread <= max_spread) return true;
    if (correlation() < kMinCoarseCorrelation || halved_spread > kMaxHalvedSpreadOfCoarse)
      return false;
    auto quartered =
        flat_blocks(frame, c, 4 * kNoisePatch, kMaxQuarteredBlocks, load_quartered_patch, pool);
    if (!quartered) return false;
    constexpr double kRounding = 1.0 / 12;
    const double coarse = 16 * (quartered->quantile(kQuantile) / kQuantileOfMean - kRounding);
    const double growth = coarse / halved_variance;
    return coarse >= kMinCoarseVariance && coarse <= kMaxCoarseVariance &&
           growth >= kMinCoarseGrowth && growth <= kMaxCoarseGrowth &&
           quartered->quantile(0.5) <= kMaxSpreadOfCoarse * quartered->quantile(0.1);
  }
};

}  // namespace

int noise_component(PixelFormat format) {
  return format_info(format).family == ColorFamily::rgb ? 1 : 0;
}

double estimate_noise_level(const ConstFrameView& frame) {
  return estimate_noise_level(frame, noise_component(frame.format));
}

double estimate_noise_level(const ConstFrameView& frame, int c, ThreadPool* pool) {
  return measure_noise(frame, c, pool).level();
}

double NoiseMeasurement::level() const {
  return correlation > 1 ? halved_level : std::sqrt(variance);
}

NoiseMeasurement measure_noise(const ConstFrameView& frame, int c, ThreadPool* pool) {
  auto blocks = flat_blocks(frame, c, kNoisePatch, kMaxBlocks, load_patch, pool);
  if (!blocks) return {};
  NoiseMeasurement noise{.variance = blocks->quantile(kQuantile) / kQuantileOfMean};

  auto halved = flat_blocks(frame, c, 2 * kNoisePatch, kMaxHalvedBlocks, load_halved_patch, pool);
  if (noise.variance == 0 || !halved) return noise;
  const Flattest flattest{noise.variance, 4 * halved->quantile(kQuantile) / kQuantileOfMean,
                          halved->quantile(0.5) / halved->quantile(0.1)};
  noise.halved_level = std::sqrt(flattest.halved_variance);
  const bool is_white = flattest.correlation() < kMinCorrelation;
  if (is_white && noise.variance > kMaxCrushedVariance) return noise;
  const int blocks_of_both = std::min(blocks->count(), halved->count());
  const int count = std::clamp(blocks_of_both / kMinOfGroup, 1, kMaxGroups);
  const Groups groups = blocks->groups(count), halved_groups = halved->groups(count);
  const Likeness likeness = likeness_of(groups, halved_groups);
  const double mean = 2 * mean_deviation(halved_groups);
  if (likeness.is_noise()) return {noise.variance, likeness.correlation, mean};
  const double max_of_flattest = likeness.agrees_with(flattest.correlation()) ? kMaxOfFlattest : 1;
  noise.halved_level = std::min(mean, max_of_flattest * noise.halved_level);
  if (!is_white && flattest.are_correlated(frame, c, pool))
    noise.correlation = flattest.correlation();
  return noise;
}

}  // namespace denoiseae
