// SPDX-License-Identifier: LGPL-2.1-or-later
// What a vector costs beside its sum of absolute differences (SAD), in units of a SAD.
#pragma once

#include <array>

namespace denoiseae {

struct MotionPenalties {
  static constexpr int kOwnWeight = 4;

  int unknown = 0;  ///< neither zero nor like a neighbour or parent
  int known = 0;    ///< like a neighbour or parent
  /// One pixel away from a center that is zero, by the number of blocks that decide together.
  std::array<int, 10> integer_step_from_zero{};
  std::array<int, 10> integer_step{};  ///< the same for any other center
  int motion = 0;                      ///< in the last rounds: not zero,
  int disagreement = 0;                ///< and for each neighbour that moves otherwise
  /// A fraction of a pixel beside zero, by the number of neighbours that decide with the block,
  /// whose own SAD counts kOwnWeight times.
  std::array<int, 9> subpel_step_from_zero{};
  std::array<int, 9> subpel_step{};  ///< the same beside any other whole vector
};

/// level: of the luma pyramid; window_size: side of the window in samples; sigma_8bit: standard
/// deviation of the noise in the difference of the two frames; moved: whether things moved there in
/// the frame before.
MotionPenalties make_penalties(int level, int window_size, double sigma_8bit, bool moved);

/// The SAD that a window hardly exceeds when noise is the only difference; arguments as above.
int noise_sad(int level, int window_size, double sigma_8bit);

}  // namespace denoiseae
