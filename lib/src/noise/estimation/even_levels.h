// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace denoiseae {

/// Evens the levels of a noise map over the picture. The noise of most frames depends on brightness
/// alone, so that blocks of one brightness have one level; where a map tells levels that are nearly
/// alike, what differs is its error, most of all in texture. Where the noise differs from place to
/// place, levels are far apart, and stay as they are. Not thread-safe.
class EvenLevels {
 public:
  /// Levels that are further from the common one than this, in octaves, stay as they are.
  static constexpr float kReach = 0.6f;
  /// The lowest and the highest level that is told apart from others, as log2 of codes.
  static constexpr int kLowestLog = -3, kHighestLog = 7;

  EvenLevels();

  /// log_levels: log2 of the level of each block. brightness: its mean code, 0 ... 255; negative
  /// for blocks that do not count, which stay as they are.
  void apply(std::span<const float> brightness, std::span<float> log_levels);

 private:
  /// Places on the axis of brightness. They are closer in the dark, where noise changes faster.
  static constexpr int kKnots = 10;
  /// Steps on the axis of levels.
  static constexpr int kBinsPerOctave = 32;
  static constexpr int kBins = (kHighestLog - kLowestLog) * kBinsPerOctave;

  /// A block's place between two knots.
  struct Place {
    std::size_t knot;
    float to_next;  ///< 0 ... 1
  };
  /// The blocks with nearly one level.
  struct Bin {
    float blocks = 0;
    float sum = 0;  ///< the sum of their levels

    void add(float weight, float log_level) {
      blocks += weight;
      sum += weight * log_level;
    }
  };
  /// The level that blocks of one brightness have in common.
  struct Common {
    float log_level;
    float trust;  ///< from 0, their levels are far apart, to 1
  };

  static Place place_of(float brightness);
  Common common_at(std::size_t knot) const;

  std::array<std::vector<Bin>, kKnots> bins_;  ///< a block counts for the knots on both sides
  std::vector<Bin> all_;  ///< all blocks, which together count as one at each knot
  std::array<Common, kKnots> common_{};
};

}  // namespace denoiseae
