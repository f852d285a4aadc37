// SPDX-License-Identifier: LGPL-2.1-or-later
#include "motion/motion_penalties.h"

#include <algorithm>
#include <cmath>

#include "motion/luma_pyramid.h"

namespace denoiseae {
namespace {

// Standard deviation of the differences of two pictures' levels that comes from rounding alone.
constexpr double kRounding = 0.7;
// Prices in standard deviations that a window's SAD has in noise alone: the smallest with which
// static scenes stay static in 99 of 100 blocks, flat ones whose past is as noisy as the present
// included; then pans over the texture of tests/support/scenes.h are found up to noise of 0.7 times
// its standard deviation.
// The fraction beside a vector that is not zero is cheap, because motion by whole pixels is rare:
// the smallest penalty with which pans by whole pixels keep their vectors in 95 of 100 blocks.
constexpr double kUnknown = 3.5;
constexpr double kKnown = 1.7;
constexpr double kIntegerStepFromZero = 1.2;
constexpr double kIntegerStep = 0.5;
constexpr double kMotion = 1.3;
constexpr double kDisagreement = 1;
constexpr double kSubpelStepFromZero = 1.2;
constexpr double kSubpelStep = 0.6;
// Of these, where things moved in the frame before: motion lasts. On clips of video/train that move
// a quarter gives the balanced model 0.18 dB more in noise of 50, and takes 0.03 dB from those that
// stand still; less gives hardly more. A quarter for fractions, too, gives the wrong ones to a
// fifth of the blocks of pans by whole pixels, a half to 4 of 100, and costs 0.01 dB.
constexpr double kShareWhereMoved = 0.25;
constexpr double kSubpelShareWhereMoved = 0.5;

// Of the difference of two pictures' samples at a level.
double level_sigma(int level, double sigma_8bit) {
  return std::hypot(sigma_8bit * LumaPyramid::kNoiseGain[static_cast<std::size_t>(level)],
                    kRounding);
}

// The deviation of |n| is 0.603 of that of the normal deviate n; the filters of the levels
// correlate neighbours, which adds the factor.
double sad_deviation(int level, int window_size, double sigma_8bit) {
  constexpr std::array<double, LumaPyramid::kLevels> kCorrelation = {1.9, 1.4, 1.2, 1.1};
  return 0.603 * level_sigma(level, sigma_8bit) * window_size *
         kCorrelation[static_cast<std::size_t>(level)];
}

}  // namespace

int noise_sad(int level, int window_size, double sigma_8bit) {
  // The mean of |n| is 0.798 of the deviation of the normal deviate n.
  constexpr double kMean = 0.798, kDeviations = 4;
  return static_cast<int>(kMean * level_sigma(level, sigma_8bit) * window_size * window_size +
                          kDeviations * sad_deviation(level, window_size, sigma_8bit));
}

MotionPenalties make_penalties(int level, int window_size, double sigma_8bit, bool moved) {
  const double noise = sad_deviation(level, window_size, sigma_8bit);
  // At least one, so that equal SADs decide for zero.
  const auto whole = [noise](double deviations) {
    return std::max(1, static_cast<int>(std::lround(deviations * noise)));
  };
  const double share = moved ? kShareWhereMoved : 1;
  const double subpel_share = moved ? kSubpelShareWhereMoved : 1;
  MotionPenalties penalties;
  penalties.unknown = whole(share * kUnknown);
  penalties.known = whole(share * kKnown);
  for (std::size_t blocks = 0; blocks < penalties.integer_step.size(); ++blocks) {
    const double together = std::sqrt(static_cast<double>(blocks));
    penalties.integer_step_from_zero[blocks] = whole(share * kIntegerStepFromZero * together);
    penalties.integer_step[blocks] = whole(share * kIntegerStep * together);
  }
  for (std::size_t neighbours = 0; neighbours < penalties.subpel_step.size(); ++neighbours) {
    constexpr double kOwn = MotionPenalties::kOwnWeight * MotionPenalties::kOwnWeight;
    const double together = std::sqrt(kOwn + static_cast<double>(neighbours));
    penalties.subpel_step_from_zero[neighbours] = whole(share * kSubpelStepFromZero * together);
    penalties.subpel_step[neighbours] = whole(subpel_share * kSubpelStep * together);
  }
  penalties.motion = whole(share * kMotion);
  penalties.disagreement = whole(kDisagreement);
  return penalties;
}

}  // namespace denoiseae
