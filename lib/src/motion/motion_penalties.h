// SPDX-License-Identifier: LGPL-2.1-or-later
// Penalties of vectors. The search adds them to the sums of absolute differences (SAD), in the same
// unit. They keep noise from making vectors that are not there.
#pragma once

#include <array>

namespace denoiseae {

struct MotionPenalties {
  static constexpr int kOwnWeight = 4;

  int unknown = 0;  ///< for a vector that is neither zero nor that of a neighbour or parent
  int known = 0;    ///< for a vector that is that of a neighbour or parent, but not zero
  /// Integer refinement: the penalty of a step by one pixel from a vector that is zero, by the
  /// number of blocks that decide together.
  std::array<int, 10> integer_step_from_zero{};
  std::array<int, 10> integer_step{};  ///< for such a step from any other vector
  int motion = 0;                      ///< smoothing: for a vector that is not zero
  int disagreement = 0;                ///< smoothing: for each neighbour that moves otherwise
  /// Sub-pel refinement: the penalty of a fraction of a pixel beside a vector that is zero, by the
  /// number of neighbours that decide with the block. The block's own SAD counts kOwnWeight times.
  std::array<int, 9> subpel_step_from_zero{};
  std::array<int, 9> subpel_step{};  ///< for a fraction beside any other whole vector
};

/// level: the level of the luma pyramid. window_size: side of the SAD's window in samples.
/// sigma_8bit: standard deviation of the noise in the difference of the two pictures. moved:
/// whether things moved there in the frame before.
MotionPenalties make_penalties(int level, int window_size, double sigma_8bit, bool moved);

/// The SAD that a window hardly exceeds when noise is the only difference. The arguments are those
/// of make_penalties.
int noise_sad(int level, int window_size, double sigma_8bit);

}  // namespace denoiseae
