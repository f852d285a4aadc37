// SPDX-License-Identifier: LGPL-2.1-or-later
// Flat blocks are chosen by their low frequencies and measured by their high ones. In noise the two
// are nearly independent. Therefore the choice does not prefer blocks that happen to hold little
// noise, as a low quantile of all blocks would.
//
// Cameras interpolate, smooth and compress, which leaves their noise few high frequencies. At half
// the size most of its correlation is gone, and all flat blocks hold about as much of it. The
// texture of a clean picture also has more low frequencies than high ones, but it differs from
// block to block. The noise of cameras depends on brightness, and the flattest blocks of a picture
// are often the darkest. Therefore the level is a mean over groups of blocks of similar brightness,
// as far as these groups agree.
//
// The constants were tuned on photos/train/bsds500 with clipped 8-bit noise of sigma 1.5 to 75. The
// constants for correlated noise were tuned on photos/train with noise that was blurred by sigma
// 0.5 to 1.2 pixels, those for compressed noise there and on real-noise/polyu.
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

// These bound the time for large frames: where there are more blocks, every k-th is measured.
constexpr int kMaxBlocks = 1200;
constexpr int kMaxHalvedBlocks = 600;
constexpr int kMaxQuarteredBlocks = 300;
// Share of the blocks that count as flat, and their smallest number.
constexpr double kFlatPart = 0.1;
constexpr int kMinFlat = 4;
// The blocks are divided into groups of similar brightness: the share of a group that counts as
// flat, the largest number of groups and the smallest size of a group.
constexpr double kFlatPartOfGroup = 0.3;
constexpr int kMaxGroups = 8, kMinOfGroup = 16;
// Where noise is correlated, the flat blocks of most groups are similar, and all groups have
// similarly few high frequencies. kMaxSpreadInGroup bounds the median spread within the groups.
// Each group has a logarithm of its correlation: kMaxDifference bounds the median difference from
// their median, and kMaxDisagreement bounds the difference of this median from the flattest blocks
// of the whole picture. The flattest blocks of 189 pictures of photos/train look like such noise.
// In 75 of them the groups agree; the others get the level of their flattest blocks.
constexpr double kMaxSpreadInGroup = 1.6;
constexpr double kMaxDifference = 0.25;
constexpr double kMaxDisagreement = 0.7;
// Noise depends on brightness, but the mean over brightness is at most so many times the level of
// the flattest blocks. Anything above is texture.
constexpr double kMaxOfFlattest = 2;
// Groups that are this similar and have this few high frequencies hold noise, whatever is in the
// flattest blocks, which may be crushed shadows. With these limits, no picture of photos/train is
// taken for noise that was not taken for it before.
constexpr double kMaxSpreadOfAlike = 1.5;
constexpr double kMaxDifferenceOfAlike = 0.15;
constexpr double kMinCorrelationOfAlike = 12;
constexpr double kMaxCrushedVariance = 0.5;  // flattest blocks with more than this hold noise
// In flat blocks of correlated noise the median variance is at most kMaxSpread times the 0.1
// quantile. A larger spread is allowed from a correlation of kMinCompressed on: compression left
// the noise fewer high frequencies than white noise on texture has.
constexpr double kMaxSpread = 1.6;
constexpr double kMaxSpreadOfCompressed = 2;
constexpr double kMinCompressed = 12;
// The correlation of noise that is blurred by a Gaussian of one pixel. Blocks with even fewer high
// frequencies hold texture.
constexpr double kMaxCorrelation = 64;
// Compression leaves coarse noise. At a quarter of the size, its variance grows once more, within
// the bounds of kMinCoarseGrowth and kMaxCoarseGrowth, and it is similar in all flat blocks again.
// Its variance is bounded on both sides: the steps of 8 bits in a clean slope are weaker, and
// stronger noise may be texture. A fifth of the pictures of photos/train has such noise by itself,
// of level 2. With white noise of 2 to 10 none seems to have it.
constexpr double kMinCoarseCorrelation = 6;
constexpr double kMaxHalvedSpreadOfCoarse = 5;
constexpr double kMaxSpreadOfCoarse = 2;
constexpr double kMinCoarseGrowth = 1.44, kMaxCoarseGrowth = 9;
constexpr double kMinCoarseVariance = 2.25, kMaxCoarseVariance = 64;

struct Block {
  double variance;  // variance of the noise if the block is flat
  double activity;  // variance of the means of the cells
  double mean;
};

/// Returns nothing where too many samples are saturated.
std::optional<Block> measured(const NoisePatch& patch) {
  const double saturated = saturated_part(patch);
  if (saturated > kMaxSaturated) return std::nullopt;
  return Block{mask_variance(patch) / clipped_variance(saturated), cell_variance(patch),
               mean_of_block(patch)};
}

/// Measurements of groups of blocks of similar brightness. The noise of cameras depends on
/// brightness, and the flattest blocks of a picture are often those with the least noise.
struct Groups {
  std::array<double, kMaxGroups> variance;
  std::array<double, kMaxGroups> spread;  ///< median of the variances / their 0.1 quantile
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

/// How similar the groups are.
struct Likeness {
  double spread;       ///< median of their spreads at half the size
  double correlation;  ///< median of their correlations, which are as in NoiseMeasurement
  double difference;   ///< median difference of their logarithms from the median

  /// Whether the groups agree with the flattest blocks of the picture, which have the correlation
  /// of_flattest.
  bool agrees_with(double of_flattest) const {
    return spread <= kMaxSpreadInGroup && difference <= kMaxDifference &&
           std::abs(std::log(correlation / of_flattest)) <= kMaxDisagreement;
  }
  bool is_noise() const {
    return spread <= kMaxSpreadOfAlike && difference <= kMaxDifferenceOfAlike &&
           correlation >= kMinCorrelationOfAlike && correlation <= kMaxCorrelation;
  }
};

/// full, halved: the groups at full size and at half the size.
Likeness likeness_of(const Groups& full, const Groups& halved) {
  std::array<double, kMaxGroups> ratios{}, differences{};
  constexpr double kMin = 1e-3;  // blocks that are crushed to one code have less
  for (int i = 0; i < full.count; ++i)
    ratios[i] = std::log(std::max(halved.variance[i], kMin) / std::max(full.variance[i], kMin));
  const double middle = lower_median(ratios, full.count);
  for (int i = 0; i < full.count; ++i) differences[i] = std::abs(ratios[i] - middle);
  return {lower_median(halved.spread, full.count), 4 * std::exp(middle),
          lower_median(differences, full.count)};
}

using BlockIterator = std::array<Block, kMaxBlocks>::iterator;

/// Moves the flattest share of the blocks to their beginning and returns how many these are. There
/// must be blocks.
int choose_flattest(BlockIterator first, BlockIterator last, double part) {
  const auto count = static_cast<int>(last - first);
  const int flat = std::min(count, std::max(kMinFlat, static_cast<int>(part * count)));
  std::nth_element(first, first + flat - 1, last,
                   [](const Block& a, const Block& b) { return a.activity < b.activity; });
  return flat;
}

/// Collects blocks and reads the variances of the flat ones.
class FlatBlocks {
 public:
  void add(const Block& block) {
    // Constant blocks are bars, borders or graphics. The picture beside them may be noisy.
    if (block.variance == 0 && block.activity == 0)
      ++constant_;
    else
      blocks_[static_cast<std::size_t>(count_++)] = block;
  }

  /// Chooses the flat blocks. Returns false where too much of the picture is constant.
  bool choose() {
    if (count_ <= constant_) return false;
    flat_ = choose_flattest(blocks_.begin(), blocks_.begin() + count_, kFlatPart);
    return true;
  }

  int count() const { return count_; }

  /// Measures the flattest blocks of each of count groups of similar brightness; count: at most the
  /// number of blocks. It moves the blocks, so quantile must be called before.
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
      // A quotient that is not a number would break the sort for a median.
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

/// Measures blocks all over the frame and chooses the flat ones. Returns nothing where the frame is
/// too small or too much of it is constant. side: side of the square of samples that load makes a
/// patch of.
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

/// Measurements of the flattest blocks of the whole picture.
struct Flattest {
  double variance;
  double halved_variance;  ///< variance of white noise that is as strong at half the size
  double halved_spread;    ///< median of the variances at half the size / their 0.1 quantile

  double correlation() const { return halved_variance / variance; }

  /// Whether these blocks hold correlated noise and not texture. Their correlation must be
  /// kMinCorrelation or more.
  bool are_correlated(const ConstFrameView& frame, int c, ThreadPool* pool) const {
    const double max_spread = correlation() < kMinCompressed ? kMaxSpread : kMaxSpreadOfCompressed;
    if (correlation() <= kMaxCorrelation && halved_spread <= max_spread) return true;
    if (correlation() < kMinCoarseCorrelation || halved_spread > kMaxHalvedSpreadOfCoarse)
      return false;
    auto quartered =
        flat_blocks(frame, c, 4 * kNoisePatch, kMaxQuarteredBlocks, load_quartered_patch, pool);
    if (!quartered) return false;
    const double coarse =
        16 * (quartered->quantile(kQuantile) / kQuantileOfMean - kRoundingVariance);
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
