// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <vector>

#include "layout/luma_view.h"
#include "motion/motion_field.h"
#include "temporal/brightness_change.h"

namespace denoiseae {

/// The luma planes of a frame and of the last denoised picture.
struct BrightnessPair {
  LumaView frame;
  LumaView reference;
  int height = 0;
  int width = 0;
};

/// Finds how the brightness differs between two pictures by the means of blocks. Blocks that differ
/// by more than the brightness, because something moved there, do not count. There is no change
/// where fewer than half of the blocks agree on one, or where it could be due to noise. Not
/// thread-safe.
class BrightnessSearch {
 public:
  /// height, width: the size of the luma planes. Allocates all memory. Throws bad_alloc.
  BrightnessSearch(int height, int width);

  /// The number of bands that changes have.
  int bands() const { return rows_; }

  /// Writes what it finds to change, for which reserve was called with bands. pair: of the size
  /// above. motion: where blocks of the frame are in the reference; null compares the same places.
  /// sigma_8bit: the standard deviation of the noise of the frame in codes.
  void find(const BrightnessPair& pair, const MotionField* motion, double sigma_8bit,
            ThreadPool* pool, BrightnessChange& change);

  std::int64_t memory_bytes() const;

 private:
  /// The mean luma of a block of the frame and of its counterpart.
  struct BlockPair {
    float frame = 0;
    float reference = 0;
    bool counts = false;
  };
  /// A line through the pairs, and how well they agree on it.
  struct Fit {
    BrightnessChange::Line line;
    double deviation = 0;  ///< deviation from the line of the blocks that agree
    double agreeing = 0;   ///< share of the blocks, 0 ... 1
    double standard_error = 0;
    double size = 0;  ///< root of the mean square change of the blocks that agree
  };

  void measure(const BrightnessPair& pair, const MotionField* motion, ThreadPool* pool);
  void choose_fitted();
  Fit fit_line(double tolerance);
  Fit judge(const BrightnessChange::Line& line, double tolerance) const;
  bool find_bands(const BrightnessChange::Line& line, double block_error);

  int columns_;
  int rows_;
  std::vector<BlockPair> blocks_;  ///< row by row
  std::size_t fitted_step_ = 1;
  std::vector<BlockPair> fitted_;  ///< every so many of the blocks, as far as they count
  std::vector<float> values_;
  std::vector<float> spreads_;
  std::vector<float> parts_;  ///< by which part of the brightness each band differs from the line
  std::vector<BrightnessChange::Line> lines_;  ///< the result
};

}  // namespace denoiseae
