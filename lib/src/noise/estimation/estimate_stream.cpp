// SPDX-License-Identifier: LGPL-2.1-or-later
// Where nothing moves, the difference of two frames is noise. Whether a block moved is read from
// its low frequencies, which hold little of white noise and most of the difference that motion
// makes.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "frame/samples.h"
#include "noise/estimation/block_noise.h"
#include "noise/estimation/estimate.h"
#include "parallel/for_ranges.h"

namespace denoiseae {
namespace {

// This bounds the time for large frames: where there are more blocks, every k-th is compared.
constexpr int kMaxBlocks = 320;
// The low frequencies of a block are the variance of its cell means, divided by that of white noise
// with the same high frequencies. Noise hardly exceeds this value: the 0.999 quantile of F for 15
// and 68 degrees of freedom.
constexpr double kMaxLowFrequencies = 2.9;
// Noise is correlated if the 0.3 quantile of those quotients reaches this value. In white noise it
// is below 1.
constexpr double kMinCorrelatedQuantile = 1.5;
// Frames from one measurement of the correlation to the next, because one takes as long as all the
// rest.
constexpr int kCorrelationInterval = 8;
// Share of the compared blocks that must stand still, and their smallest number.
constexpr double kMinStill = 0.04;
constexpr int kMinStillBlocks = 8;
// After so many frames without such blocks, the noise may have changed.
constexpr int kMaxFramesOfMotion = 100;
// Texture only adds to the estimate from single frames. If that falls below this share of the
// level, the noise has become weaker.
constexpr double kFallen = 0.7;
// The means of regions make coarse pictures. At a cut, these differ by this share of their own
// contrast, and by so many codes (root mean square).
constexpr int kRegionColumns = 8, kRegionRows = 6;
constexpr double kCutContrast = 0.5;
constexpr double kCutCodes = 6;

// Adds a new measurement to a smoothed value. Half of a step is followed after 7 frames.
void follow(double& smoothed, double now) {
  constexpr double kWeight = 0.1;
  smoothed = smoothed < 0 ? now : smoothed + kWeight * (now - smoothed);
}

}  // namespace

// Compares the blocks of two frames.
class NoiseEstimator::Comparison {
 public:
  /// correlation: as in NoiseMeasurement, from single frames, which may have taken texture for it.
  Comparison(const ConstFrameView& frame, const LumaView& previous, const MotionField* motion,
             double correlation, ThreadPool* pool)
      : frame_(frame), previous_(previous), motion_(motion), correlation_(correlation) {
    const int columns = (frame.width - 2) / kNoiseBlock, rows = (frame.height - 2) / kNoiseBlock;
    const int total = columns * rows;
    compared_ = std::min(total, kMaxBlocks);
    const auto index_of = [&](int i) {
      return static_cast<int>(static_cast<std::int64_t>(i) * total / compared_);
    };
    std::array<Compared, kMaxBlocks> blocks;
    for_ranges(pool, compared_, [&](int begin, int end) {
      for (int i = begin; i < end; ++i)
        blocks[static_cast<std::size_t>(i)] = compare(index_of(i) % columns, index_of(i) / columns);
    });
    for (int i = 0; i < compared_; ++i) {
      const int column = index_of(i) % columns, row = index_of(i) / columns;
      const int region =
          row * kRegionRows / rows * kRegionColumns + column * kRegionColumns / columns;
      add(blocks[static_cast<std::size_t>(i)], regions_[static_cast<std::size_t>(region)]);
    }
    if (correlation_ > 1) correct_for_correlation();
  }

  bool finds_cut() const {
    double difference = 0, current = 0, previous = 0, squares = 0;
    int count = 0;
    for (const Region& region : regions_) {
      if (region.blocks == 0) continue;
      const double a = region.current / region.blocks, b = region.previous / region.blocks;
      difference += (a - b) * (a - b);
      current += a;
      previous += b;
      squares += a * a + b * b;
      ++count;
    }
    if (count == 0) return false;
    const double contrast = squares - (current * current + previous * previous) / count;
    return difference > kCutContrast * contrast && difference > kCutCodes * kCutCodes * count;
  }

  bool enough_stand_still() const {
    return still_count_ >= std::max(kMinStillBlocks, static_cast<int>(kMinStill * compared_));
  }
  bool finds_correlation() const { return finds_correlation_; }
  bool is_same_frame() const { return 2 * identical_ > compared_; }
  std::span<BlockNoise> still() { return {still_.data(), static_cast<std::size_t>(still_count_)}; }
  double mean_variance(const NoiseCurve& curve) const {
    double sum = 0;
    int count = 0;
    for (const Region& region : regions_)
      if (region.blocks > 0) {
        sum += curve.variance(region.current / region.blocks);
        ++count;
      }
    return sum / std::max(count, 1);
  }

 private:
  struct Region {
    double current = 0;
    double previous = 0;
    int blocks = 0;
  };

  struct Compared {
    double current = 0, previous = 0;  ///< means of the blocks
    bool is_pair = false;              ///< whether the values below are known
    double variance = 0, high = 0, low = 0;
  };

  Compared compare(int column, int row) const {
    const int c = noise_component(frame_.format);
    const int x = column * kNoiseBlock, y = row * kNoiseBlock;
    const CodeSquare square(frame_, c, x, y, kNoisePatch);
    const NoisePatch current = load_patch(square.samples(), square.row_stride(), square.step());
    NoisePatch previous = previous_patch(x, y);
    Compared result{mean_of_block(current), mean_of_block(previous)};

    const MotionVector v = motion_ != nullptr ? motion_->at(column, row) : MotionVector{};
    // A value between pixels is a mean, and not a sample of the noise.
    if (!is_whole_around(column, row)) return result;
    const int from_x = x + v.dx, from_y = y + v.dy;
    if (from_x < 0 || from_x + kNoisePatch > frame_.width || from_y < 0 ||
        from_y + kNoisePatch > frame_.height)
      return result;
    if (v != MotionVector{}) previous = previous_patch(from_x, from_y);
    const double saturated = 0.5 * (saturated_part(current) + saturated_part(previous));
    if (saturated > kMaxSaturated) return result;
    NoisePatch difference;
    for (std::size_t i = 0; i < difference.size(); ++i)
      difference[i] = static_cast<std::int16_t>(current[i] - previous[i]);
    result.is_pair = true;
    result.high = mask_variance(difference);
    result.low = cell_variance(difference) * kNoiseCell * kNoiseCell;
    result.variance = result.high / 2 / clipped_variance(saturated);
    return result;
  }

  /// Beside vectors with fractions, whole ones are mostly rounded, and leave texture in the
  /// difference.
  bool is_whole_around(int column, int row) const {
    if (motion_ == nullptr) return true;
    for (int y = std::max(row - 1, 0); y <= std::min(row + 1, motion_->rows - 1); ++y)
      for (int x = std::max(column - 1, 0); x <= std::min(column + 1, motion_->columns - 1); ++x)
        if (!motion_->at(x, y).is_whole()) return false;
    return true;
  }

  void add(const Compared& block, Region& region) {
    region.current += block.current;
    region.previous += block.previous;
    ++region.blocks;
    if (!block.is_pair) return;
    if (block.high == 0) {
      ++identical_;
      return;
    }
    if (block.low > kMaxLowFrequencies * correlation_ * block.high) return;
    const auto i = static_cast<std::size_t>(still_count_++);
    still_[i] = {block.current, block.variance};
    low_parts_[i] = block.low / block.high;
  }

  void correct_for_correlation() {
    const auto count = static_cast<std::size_t>(still_count_);
    if (count == 0) return;
    auto sorted = low_parts_;
    const auto place = sorted.begin() + static_cast<std::ptrdiff_t>(0.3 * count);
    std::nth_element(sorted.begin(), place, sorted.begin() + still_count_);
    if (*place >= kMinCorrelatedQuantile) {
      for (BlockNoise& block : still()) block.variance *= correlation_;
      finds_correlation_ = true;
      return;
    }
    still_count_ = 0;
    for (std::size_t i = 0; i < count; ++i)
      if (low_parts_[i] <= kMaxLowFrequencies)
        still_[static_cast<std::size_t>(still_count_++)] = still_[i];
  }

  NoisePatch previous_patch(int x, int y) const {
    return load_patch(previous_.data + y * previous_.stride_bytes + x, previous_.stride_bytes, 1);
  }

  const ConstFrameView& frame_;
  const LumaView& previous_;
  const MotionField* motion_;
  double correlation_;
  int compared_ = 0;
  std::array<Region, kRegionColumns * kRegionRows> regions_;
  std::array<BlockNoise, kMaxBlocks> still_;
  std::array<double, kMaxBlocks>
      low_parts_;  // low frequencies of the blocks in still_, divided by the high ones
  int still_count_ = 0;
  int identical_ = 0;
  bool finds_correlation_ = false;
};

void NoiseEstimator::reset() noexcept {
  spatial_ = correlated_frames_ = correlation_ = chroma_ = level_ = -1;
  frames_of_correlation_ = 0;
  correlated_part_ = -1;
  temporal_.clear();
  frames_of_motion_ = 0;
  curve_ = {};
}

// A picture now and then may look as if its noise were correlated. Correlated noise does so in most
// frames.
void NoiseEstimator::take_correlation(const NoiseMeasurement& noise) {
  const bool found = noise.correlation > 1;
  follow(correlated_frames_, found ? 1 : 0);
  if (found) follow(correlation_, noise.correlation);
}

void NoiseEstimator::update_from_single_frame(const ConstFrameView& frame, ThreadPool* pool) {
  const NoiseMeasurement noise = measure_noise(frame, noise_component(frame.format), pool);
  take_correlation(noise);
  follow(spatial_, correlation() > 1 ? noise.halved_level : std::sqrt(noise.variance));
  follow(correlated_part_, correlation() > 1 ? 1 : 0);
}

void NoiseEstimator::update_correlation(const ConstFrameView& frame, ThreadPool* pool) {
  if (++frames_of_correlation_ % kCorrelationInterval != 0) return;
  take_correlation(measure_noise(frame, noise_component(frame.format), pool));
}

void NoiseEstimator::update_chroma(const ConstFrameView& frame, ThreadPool* pool) {
  const FormatInfo& format = format_info(frame.format);
  if (format.family != ColorFamily::yuv || format.component_width(1, frame.width) < kNoisePatch ||
      format.component_height(1, frame.height) < kNoisePatch)
    return;
  if (chroma_ < 0) {
    const double u = estimate_noise_level(frame, 1, pool);
    const double v = estimate_noise_level(frame, 2, pool);
    chroma_ = std::sqrt((u * u + v * v) / 2);
    return;
  }
  follow(chroma_, estimate_noise_level(frame, next_chroma_, pool));
  next_chroma_ = 3 - next_chroma_;
}

double NoiseEstimator::update(const ConstFrameView& frame, const LumaView& previous,
                              const MotionField* motion, ThreadPool* pool) {
  update_luma(frame, previous, motion, pool);
  update_chroma(frame, pool);
  return level_;
}

void NoiseEstimator::update_luma(const ConstFrameView& frame, const LumaView& previous,
                                 const MotionField* motion, ThreadPool* pool) {
  if (frame.width < kNoisePatch || frame.height < kNoisePatch) {
    level_ = 0;
    return;
  }
  if (previous.data == nullptr) {
    reset();
    update_from_single_frame(frame, pool);
    level_ = spatial_;
    curve_ = {0, level_ * level_, 0, 255};
    return;
  }

  Comparison comparison(frame, previous, motion, correlation(), pool);
  if (comparison.finds_cut()) {
    reset();
    update_luma(frame, {}, nullptr, pool);
    return;
  }
  if (comparison.enough_stand_still() && temporal_.add(comparison.still())) {
    frames_of_motion_ = 0;
    spatial_ = -1;
    follow(correlated_part_, comparison.finds_correlation() ? 1 : 0);
    update_correlation(frame, pool);
  } else if (temporal_.empty() || !comparison.is_same_frame()) {
    update_from_single_frame(frame, pool);
    const bool fallen = !temporal_.empty() && spatial_ < kFallen * level_;
    if (++frames_of_motion_ > kMaxFramesOfMotion || fallen) temporal_.clear();
  }
  if (temporal_.empty()) {
    level_ = spatial_;
    curve_ = {0, level_ * level_, 0, 255};
  } else {
    curve_ = temporal_.fit();
    level_ = std::sqrt(comparison.mean_variance(curve_));
  }
}

}  // namespace denoiseae
