// SPDX-License-Identifier: LGPL-2.1-or-later
// Sub-pel fit: finds the fraction of a pixel with the smallest sum of absolute differences (SAD)
// from the SADs at whole pixels alone. Matching against interpolated references would need a far
// higher penalty: interpolation averages noise away, and so the match looks better than it is.
#pragma once

#include <array>

namespace denoiseae {

/// A step in quarters of a pixel, -2 ... 2.
struct QuarterStep {
  int x = 0;
  int y = 0;
};

/// Lays a quadratic surface through the squares of nine SADs and returns the step to its minimum.
/// The squares lie on such a surface both where noise is the only difference and where displaced
/// texture is the only one. Returns {0, 0} unless the root of the surface at its minimum is below
/// sums[4] by more than penalty. sums: below 2^20, of one window at displacements by -1, 0 and 1
/// pixel along both axes, row by row.
QuarterStep parabola_minimum(const std::array<int, 9>& sums, int penalty);

}  // namespace denoiseae
