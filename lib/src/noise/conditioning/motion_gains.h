// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>

#include <vector>

#include "layout/tensor_view.h"
#include "motion/motion_field.h"

namespace denoiseae {

/// Scales the noise levels that networks of streams are told by whether the picture moves.
///
/// Networks average the past as far as the frame differs from it by no more than the noise that
/// they are told. They were trained on pictures that move, where a part of each difference is an
/// error of the motion, and therefore stop early: told 4 % less than there is, they lose 3 dB of a
/// still picture in a second. Where nothing moves there are no such errors. Where something does,
/// training clips come out best when a little less is told than there is; noise maps, which are
/// trained for a low quantile, do that by themselves.
class DAE_API MotionGains {
 public:
  /// From 1.05 to 1.2 the results of still pictures are much the same. Those of moving ones change
  /// by less than 0.02 dB.
  static constexpr float kStill = 1.1f;
  /// On seven training clips, levels 10, 30 and 50, it gains 0.03 to 0.05 dB for each model.
  static constexpr float kMoving = 0.97f;

  /// Finds the blocks that stand still together with all their neighbours. field: null: nothing is
  /// known, and levels stay. is_given: whether the levels are those of the noise, and not those of
  /// a map.
  void find(const MotionField* field, bool is_given);
  /// Scales the noise levels of packed rows. first_row: of the packed planes. Any threads may call
  /// it.
  void apply(int first_row, const TensorView& rows) const;

 private:
  int columns_ = 0;
  int rows_ = 0;
  std::vector<float> gains_;  ///< row by row; empty: there is no field
};

}  // namespace denoiseae
