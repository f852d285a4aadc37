// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace denoiseae {

/// Evens the levels of a noise map over the picture. The noise of most frames depends on brightness
/// alone, so that blocks of one brightness have one level; where a map tells levels that are nearly
/// alike, what differs is its error, most of all in texture. Where a part of the picture has other
/// noise, as an inset has, blocks of one brightness have two levels. What is near neither of them
/// stays as it is. Not thread-safe.
class EvenLevels {
 public:
  /// Levels that are further from the common one than this, in octaves, stay as they are.
  static constexpr float kReach = 0.6f;
  /// The lowest and the highest level that is told apart from others, as log2 of codes.
  static constexpr int kLowestLog = -3, kHighestLog = 7;

  /// blocks: of a picture, at most. Allocates all memory. Throws bad_alloc.
  explicit EvenLevels(std::size_t blocks) { places_.reserve(blocks); }

  /// The brightness of the blocks of a picture: their mean codes, 0 ... 255; negative for blocks
  /// that do not count, whose levels stay as they are.
  void set_brightness(std::span<const float> brightness);
  /// log_levels: log2 of the level of each block, of which there are as many as set_brightness was
  /// told. May be called for one channel after another.
  void apply(std::span<float> log_levels);

  std::int64_t memory_bytes() const;

 private:
  /// Places on the axis of brightness. They are closer in the dark, where noise changes faster.
  static constexpr int kKnots = 10;
  /// Steps on the axis of levels.
  static constexpr int kBinsPerOctave = 32;
  static constexpr int kBins = (kHighestLog - kLowestLog) * kBinsPerOctave;

  /// A block that counts.
  struct Place {
    std::uint32_t block;
    std::uint32_t knot;  ///< the darker one of the knots on both sides
    float to_next;       ///< 0 ... 1
  };
  /// The blocks with nearly one level.
  struct Bin {
    float blocks = 0;
    float sum = 0;  ///< the sum of their levels

    void add(float weight, float log_level) {
      blocks += weight;
      sum += weight * log_level;
    }
    void add(const Bin& other, float weight) {
      blocks += weight * other.blocks;
      sum += weight * other.sum;
    }
  };
  using Bins = std::array<Bin, kBins>;
  /// Blocks of one brightness whose levels are nearly alike.
  struct Group {
    float log_level = 0;  ///< the level that they have in common
    float trust = 0;      ///< from 0, their levels differ too much, to 1
  };
  using Groups = std::array<Group, 2>;

  static std::span<Bin> around(Bins& bins, int middle, float octaves);
  static Bin sum_of(std::span<const Bin> bins);
  static int middle_of(std::span<const Bin> bins);
  static Groups groups_in(const Bins& bins);
  static float evened(float log_level, const Groups& groups);

  std::vector<Place> places_;
  std::array<Bins, kKnots> bins_;  ///< a block counts for the knots on both sides
};

}  // namespace denoiseae
