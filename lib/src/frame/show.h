// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes visible what denoising does to a frame, for people who tune it.
#pragma once

#include <denoiseae/frame.h>

#include <vector>

namespace denoiseae {

/// A shown value is this many times the true one.
inline constexpr float kShownGain = 4;

/// Levels of square blocks, row by row, in 8-bit codes.
struct ShownLevels {
  const std::vector<float>& levels;
  int columns = 0;
  int block_side = 0;  ///< in pixels
};

/// Overwrites a frame with kShownGain times the level of the block that each pixel lies in, in
/// gray.
void show_levels(const ShownLevels& levels, const FrameView& out);

/// Overwrites out, a denoised frame, with kShownGain times what was taken out of the frame before,
/// around the middle code. before, out: of the same format and size, in different memory.
void show_difference(const ConstFrameView& before, const FrameView& out);

}  // namespace denoiseae
