// SPDX-License-Identifier: LGPL-2.1-or-later
// As in random.h: only exactly rounded operations.
#include "noise/synthesis/poisson.h"

#include <algorithm>
#include <cmath>

namespace denoiseae {
namespace {

// From this mean on the expansion is good: its distribution function is within 1.4e-4 of the exact
// one, its variance within a part of 3e-5.
constexpr double kExpandFrom = 16;
// Ends the search where the chances, rounded, do not add up to a uniform deviate next to 1; it is
// far below the distance of two such deviates.
constexpr double kNegligible = 1e-18;

// exp(-x), 0 <= x < 16: Taylor's series for x / 256, squared 8 times. Relative error below 1e-12.
double exp_minus(double x) {
  const double y = x / 256;
  double power = 1;
  for (int k = 8; k > 0; --k) power = 1 - y / k * power;
  for (int i = 0; i < 8; ++i) power *= power;
  return power;
}

// The smallest number whose distribution function is above uniform; each chance is that of the
// number before, times mean / number.
double by_inversion(double mean, double uniform) {
  double chance = exp_minus(mean);
  int number = 0;
  while (uniform >= chance && chance > kNegligible) {
    uniform -= chance;
    ++number;
    chance *= mean / number;
  }
  return number;
}

// Cornish and Fisher's expansion of the quantile (Abramowitz and Stegun, Handbook of Mathematical
// Functions, 26.2.49), where the normal quantile is z and all cumulants are m:
//   m + sqrt(m) z + (z^2 - 1) / 6 + (z - z^3) / (72 sqrt(m)).
// Rounding to whole numbers would add 1/12 to the variance; the expansion of m - 1/12, which is
// z / (24 sqrt(m)) less, makes up for it. Giles (Algorithm 955, ACM TOMS 42(1), 2016) arrives at
// the same terms from the incomplete gamma function.
double by_expansion(double mean, double z) {
  const double root = std::sqrt(mean);
  const double quantile = mean + root * z + (z * z - 1) / 6 - z * (2 + z * z) / (72 * root);
  return std::max(0.0, std::floor(quantile + 0.5));
}

}  // namespace

double poisson(double mean, double uniform, double normal) {
  return mean < kExpandFrom ? by_inversion(mean, uniform) : by_expansion(mean, normal);
}

}  // namespace denoiseae
