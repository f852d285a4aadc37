// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "layout/tensor_view.h"
#include "motion/motion_field.h"

namespace denoiseae {

/// Scales the noise levels that networks of streams are told by whether the picture moves.
///
/// Networks average the past as far as the frame differs from it by no more than the noise that
/// they are told. Where the picture moves, a part of each difference is an error of the motion, and
/// training clips come out best when a little less is told than there is. Where it stands still
/// there is no such error, and a level that is 4 % too low costs 3 dB in a second. Noise maps are
/// trained for a low quantile and tell about so much too little.
class MotionGains {
 public:
  struct Gains {
    float still;
    float moving;
  };
  /// These are for levels that are given. On seven training clips, levels 10, 30 and 50, each model
  /// gains 0.03 to 0.05 dB by them.
  static constexpr Gains kGiven{1, 0.97f};
  /// These are for levels that a noise map tells. Still pictures gain 3 dB, training clips up to
  /// 0.04 dB.
  static constexpr Gains kOfMap{1.05f, 1};

  /// Takes memory for luma planes of this size, so that the functions below need none. Throws
  /// bad_alloc.
  void reserve(int width, int height);
  /// Finds the blocks that stand still together with all their neighbours. field: null: nothing is
  /// known, and levels stay. is_given: whether the levels are those of the noise, and not those of
  /// a map.
  void find(const MotionField* field, bool is_given);
  /// Scales the noise levels of packed rows. first_row: of the packed planes. Any threads may call
  /// it.
  void apply(int first_row, const TensorView& rows) const;
  /// Returns the largest factor.
  float highest() const { return highest_; }
  std::int64_t memory_bytes() const {
    return static_cast<std::int64_t>(gains_.capacity() * sizeof(float));
  }

 private:
  float highest_ = 1;
  int columns_ = 0;
  int rows_ = 0;
  std::vector<float> gains_;  ///< row by row; empty: there is no field
};

}  // namespace denoiseae
