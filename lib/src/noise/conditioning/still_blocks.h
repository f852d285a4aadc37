// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <cstdint>
#include <vector>

#include "layout/tensor_view.h"
#include "motion/motion_field.h"

namespace denoiseae {

/// Tells networks of streams more noise where the picture stands still.
///
/// Networks average the past as far as the frame differs from it by no more than the noise that
/// they are told. They were trained on pictures that move, where a part of each difference is an
/// error of the motion, and therefore stop early: told 4 % less than there is, they lose 3 dB of a
/// still picture in a second. Where nothing moves there are no such errors. On training clips,
/// kStillGain changes the results of moving pictures by less than 0.02 dB.
class DAE_API StillBlocks {
 public:
  /// Finds the blocks that stand still together with all their neighbours. field: null: none.
  void find(const MotionField* field);
  /// Multiplies the noise levels of packed rows by kStillGain in these blocks. first_row: of the
  /// packed planes. Any threads may call it.
  void raise_levels(int first_row, const TensorView& rows) const;

  /// From 1.05 to 1.2 the results are much the same.
  static constexpr float kStillGain = 1.1f;

 private:
  int columns_ = 0;
  int rows_ = 0;
  std::vector<std::uint8_t> still_;  ///< row by row; empty: there is no field
};

}  // namespace denoiseae
