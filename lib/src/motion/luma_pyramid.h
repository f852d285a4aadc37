// SPDX-License-Identifier: LGPL-2.1-or-later
// A luma plane at full, half, quarter and eighth size. Block matching in noise starts with the
// small ones, in which little noise is left.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "layout/luma_view.h"
#include "system/large_memory.h"

namespace denoiseae {

/// Level 0 is the plane blurred by 1 2 1 / 4 along both axes. Each further level holds the means of
/// 2x2 samples of the level before. They are made of means of two values, and each of these rounds
/// up. The edges of the picture are replicated around it, far enough for windows that begin up to
/// kWindowMargin outside and are then displaced by kRange >> level samples.
class LumaPyramid {
 public:
  static constexpr int kLevels = 4;
  static constexpr int kRange = 64;
  static constexpr int kWindowMargin = 16;
  /// Standard deviation of each level when the plane carries independent noise of standard
  /// deviation 1. The filters of the levels are 1 2 1 / 4, 1 3 3 1 / 8, 1 3 4 4 3 1 / 16 and
  /// 1 3 4 4 4 4 4 4 3 1 / 32 along both axes. These are the sums of their squared weights along
  /// one axis, which are the deviations along both.
  static constexpr std::array<double, kLevels> kNoiseGain = {6 / 16.0, 20 / 64.0, 52 / 256.0,
                                                             116 / 1024.0};

  /// width, height: size of the plane, at least 1.
  LumaPyramid(int width, int height);
  LumaPyramid(const LumaPyramid&) = delete;
  LumaPyramid& operator=(const LumaPyramid&) = delete;

  void build(const LumaView& plane);

  const std::uint8_t* at(int level, int x, int y) const {
    return levels_[level].origin + y * levels_[level].stride_bytes + x;
  }
  std::ptrdiff_t stride_bytes(int level) const { return levels_[level].stride_bytes; }
  std::int64_t memory_bytes() const;

 private:
  struct Level {
    int width = 0;
    int height = 0;
    int margin = 0;
    int right = 0;   ///< columns right of the picture
    int bottom = 0;  ///< rows below the picture
    std::ptrdiff_t stride_bytes = 0;
    LargeVector<std::uint8_t> bytes;
    std::uint8_t* origin = nullptr;
  };

  void blur(const LumaView& plane);
  void halve(const Level& from, const Level& to);
  static void replicate_sides(const Level& level, int y);
  static void replicate_rows(const Level& level);

  std::array<Level, kLevels> levels_;
  std::vector<std::uint8_t> row_;  ///< one row that is filtered along the vertical axis
};

}  // namespace denoiseae
