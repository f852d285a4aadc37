// SPDX-License-Identifier: LGPL-2.1-or-later
// As in random.h, all operations are exactly rounded ones, which give the same on every machine.
#include "noise/synthesis/poisson.h"

#include <algorithm>
#include <cmath>

namespace denoiseae {
namespace {

// From this mean on the expansion is good enough: the error of its distribution function is at most
// 1.4e-4, the relative error of its variance 3e-5.
constexpr double kExpandFrom = 16;
// A chance below this ends the search. Rounded chances may not add up to a uniform deviate next to
// 1. The limit is far below the distance between two such deviates.
constexpr double kNegligible = 1e-18;

// Returns exp(-x) for 0 <= x < 16: Taylor's series for x / 256, squared 8 times. The relative error
// is below 1e-12.
double exp_minus(double x) {
  const double y = x / 256;
  double power = 1;
  for (int k = 8; k > 0; --k) power = 1 - y / k * power;
  for (int i = 0; i < 8; ++i) power *= power;
  return power;
}

// Returns the smallest number whose distribution function is above uniform. The chance of each
// number is that of the number before it, times mean / number.
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
// Rounding to whole numbers would add 1/12 to the variance. To make up for it, the expansion is
// made for the variance m - 1/12, which subtracts z / (24 sqrt(m)). Giles (Algorithm 955, ACM TOMS
// 42(1), 2016) arrives at the same terms from the incomplete gamma function.
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
