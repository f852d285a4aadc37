// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <vector>

#include "layout/cell_interpolation.h"
#include "layout/tensor_view.h"
#include "motion/motion_field.h"
#include "temporal/brightness_change.h"
#include "temporal/brightness_search.h"

namespace denoiseae {

/// Finds small, smooth differences between a frame and the past that no single position shows,
/// because they lie below its noise: water, clouds, breath, shadows. Without it they would be
/// averaged away. Means over squares of 32, 16 and 8 luma samples show a difference of 1/32, 1/16
/// and 1/8 of the noise. Differences that a network can see at single positions are left to its
/// gate. Not thread-safe, except the functions that say so.
class LocalBrightness {
 public:
  /// Side of the squares that have one value, in luma samples.
  static constexpr int kSquare = 8;

  /// height, width: the size of the luma planes. Allocates all memory. Throws bad_alloc.
  LocalBrightness(int height, int width);

  /// Compares a frame with the last denoised picture along the motion. change: what is known of the
  /// brightness already. sigma_8bit: the standard deviation of the noise of the frame in codes.
  void find(const BrightnessPair& pair, const MotionField& motion, const BrightnessChange& change,
            double sigma_8bit, ThreadPool* pool = nullptr);
  /// Forgets the differences.
  void reset() noexcept { is_none_ = true; }
  bool is_none() const { return is_none_; }

  /// Adds the differences to the luma channels of rows of a state (layout/state_layout.h), of which
  /// the first is row first_row. Any threads may call it.
  void add_to(int first_row, const TensorView& rows) const;

  std::int64_t memory_bytes() const;

 private:
  void measure(const BrightnessPair& pair, const MotionField& motion,
               const BrightnessChange& change, ThreadPool* pool);
  void find_at(int squares, double sigma_8bit, ThreadPool* pool);
  float mean_of(int first_row, int first_column, int squares) const;

  int rows_;
  int columns_;
  std::vector<float> difference_;  ///< the difference of each square, in codes, less what was found
  std::vector<std::uint8_t> is_known_;
  std::vector<float> found_;   ///< the result for each square, in codes
  std::vector<float> means_;   ///< the mean differences of squares of the size of find_at
  std::vector<float> coarse_;  ///< the result of find_at for squares of its size
  /// The squares of means_ that count, in rows between zeros.
  std::vector<double> squares_;
  std::vector<CellInterpolation> across_;  ///< from the squares of find_at to the smallest ones
  bool is_none_ = true;
};

}  // namespace denoiseae
