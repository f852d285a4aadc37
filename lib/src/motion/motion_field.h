// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace denoiseae {

/// A displacement in luma pixels: the content at (x, y) of the current frame was at
/// (x + dx + fx / 4, y + dy + fy / 4) in the reference.
struct MotionVector {
  static constexpr int kFractions = 4;

  int dx = 0;
  int dy = 0;
  int fx = 0;  ///< quarters of a pixel, 0 ... kFractions - 1
  int fy = 0;

  bool is_whole() const { return fx == 0 && fy == 0; }
  bool operator==(const MotionVector&) const = default;
};

/// One vector for each block of kBlock x kBlock luma pixels. The last block of a row or column may
/// lie partly outside the frame.
struct MotionField {
  static constexpr int kBlock = 16;

  int columns = 0;
  int rows = 0;
  std::vector<MotionVector> vectors;  ///< row by row
  /// Share of the frame, from 0 to 1, that looks like the reference along its vectors. It is small
  /// after a cut. It is 1 where no motion was searched.
  double matched = 1;

  MotionField() = default;
  /// Makes a field of zeros for a luma plane of this size.
  MotionField(int width, int height)
      : columns((width + kBlock - 1) / kBlock),
        rows((height + kBlock - 1) / kBlock),
        vectors(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows)) {}

  MotionVector& at(int column, int row) { return vectors[row * columns + column]; }
  const MotionVector& at(int column, int row) const { return vectors[row * columns + column]; }
};

}  // namespace denoiseae
