// SPDX-License-Identifier: LGPL-2.1-or-later
#include "noise/estimation/noise_map_state.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "noise/estimation/block_noise.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

/// The most frames that a mean averages over. More would gain little, because the errors of a map
/// are alike from frame to frame.
constexpr float kMaxFrames = 8;
/// A map that differs from the mean by this much, in octaves, shows that the noise has changed.
/// Maps of the same noise differ by less than half of it.
constexpr float kChange = 0.6f;

float level_of(float log_level) {
  return std::sqrt(
      std::max(0.0f, std::exp2(2 * log_level) - static_cast<float>(kRoundingVariance)));
}

/// Networks whose sums overflow tell no number. There is no noise then.
float clamped_log(float log_level) {
  constexpr float kLowest = EvenLevels::kLowestLog, kHighest = EvenLevels::kHighestLog;
  return log_level > kLowest ? std::min(log_level, kHighest) : kLowest;
}

double root_of_mean_square(const std::vector<float>& levels) {
  double sum = 0;
  for (const float level : levels) sum += static_cast<double>(level) * level;
  return std::sqrt(sum / static_cast<double>(levels.size()));
}

int nearest_block(int block, int displacement, int blocks) {
  const int centre = block * kNoiseBlockSide + kNoiseBlockSide / 2 + displacement;
  return std::clamp(centre / kNoiseBlockSide, 0, blocks - 1);
}

}  // namespace

NoiseMapState::NoiseMapState(int rows, int columns)
    : rows_(rows),
      columns_(columns),
      even_levels_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns)) {
  const auto blocks = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  for (Means* means : {&now_, &before_})
    for (std::vector<Mean>& channel : *means) channel.resize(blocks);
  brightness_.resize(blocks);
  for (std::vector<float>& channel : log_levels_) channel.resize(blocks);
  levels_ = {columns, rows, std::vector<float>(blocks), std::vector<float>(blocks)};
}

NoiseMapState::Mean NoiseMapState::updated(const Mean& before, float log_level) const {
  const float change = (log_level - before.log_level) / kChange;
  const float gain = std::clamp(change * change, 1 / std::min(before.frames + 1, kMaxFrames), 1.0f);
  return {before.log_level + gain * (log_level - before.log_level), 1 / gain};
}

void NoiseMapState::update_rows(const TensorView& map, const NoisyFrames& frames, int begin,
                                int end) {
  const bool follows = known_ && frames.motion != nullptr;
  for (int y = begin; y < end; ++y) {
    const float* values = row_of(map, y);
    for (int x = 0; x < columns_; ++x, values += map.channels) {
      const std::size_t block = static_cast<std::size_t>(y) * columns_ + x;
      std::size_t source = block;
      bool repeated = false;
      if (follows) {
        const MotionVector& vector = vector_of_block(*frames.motion, x, y);
        source = static_cast<std::size_t>(nearest_block(y, vector.dy, rows_)) * columns_ +
                 nearest_block(x, vector.dx, columns_);
        repeated = is_repeated(frames, x, y);
      }
      for (std::size_t channel = 0; channel < kNoiseMapChannels; ++channel) {
        const float log_level = clamped_log(log_level_of(values[channel]));
        Mean& mean = now_[channel][block];
        if (!follows) {
          mean = {log_level, 1};
        } else {
          mean = before_[channel][source];
          if (!repeated) mean = updated(mean, log_level);
        }
        log_levels_[channel][block] = mean.log_level;
      }
      brightness_[block] = brightness_of_block(frames, x, y);
    }
  }
}

void NoiseMapState::update(const TensorView& map, const NoisyFrames& frames, ThreadPool* pool) {
  now_.swap(before_);
  for_ranges(pool, rows_, [&](int begin, int end) { update_rows(map, frames, begin, end); });
  even_levels_.set_brightness(brightness_);
  for (std::size_t channel = 0; channel < kNoiseMapChannels; ++channel) {
    std::vector<float>& levels = channel == 0 ? levels_.luma : levels_.chroma;
    even_levels_.apply(log_levels_[channel]);
    std::transform(log_levels_[channel].begin(), log_levels_[channel].end(), levels.begin(),
                   level_of);
  }
  known_ = true;
}

double NoiseMapState::luma_level() const { return root_of_mean_square(levels_.luma); }

double NoiseMapState::chroma_level() const { return root_of_mean_square(levels_.chroma); }

std::int64_t NoiseMapState::memory_bytes() const {
  const std::size_t blocks = levels_.luma.size();
  return even_levels_.memory_bytes() +
         static_cast<std::int64_t>(blocks * (2 * kNoiseMapChannels * sizeof(Mean) +
                                             (2 * kNoiseMapChannels + 1) * sizeof(float)));
}

}  // namespace denoiseae
