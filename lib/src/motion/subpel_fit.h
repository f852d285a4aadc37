// SPDX-License-Identifier: LGPL-2.1-or-later
// Between the pixels: where sums of absolute differences would be least, told from those at whole
// pixels alone. Interpolated references would need a far higher penalty, because interpolation
// averages noise away and so looks better than it is.
#pragma once

#include <denoiseae/export.h>

#include <array>

namespace denoiseae {

/// Quarters of a pixel, -2 ... 2.
struct QuarterStep {
  int x = 0;
  int y = 0;
};

/// sums: below 2^20, over the same window for displacements by -1, 0 and 1 pixel along both axes,
/// row by row. Their squares are taken for those of a quadratic surface, which they are both where
/// noise is all and where warped texture is all. Returns where the surface is least, {0, 0}
/// unless its root is less than sums[4] by more than penalty there.
DAE_API QuarterStep parabola_minimum(const std::array<int, 9>& sums, int penalty);

}  // namespace denoiseae
