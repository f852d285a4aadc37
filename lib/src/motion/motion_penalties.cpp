// SPDX-License-Identifier: LGPL-2.1-or-later
#include "motion/motion_penalties.h"

#include <algorithm>
#include <cmath>

#include "motion/luma_pyramid.h"

namespace denoiseae {
namespace {

// Rounding gives the difference of two pictures this standard deviation, at each level.
constexpr double kRounding = 0.7;
// Penalties in units of the standard deviation that noise alone gives the SAD of a window. They are
// the smallest with which static scenes stay static in 99 of 100 blocks, also flat scenes whose
// reference is as noisy as the frame. With them, pans over the texture of tests/support/scenes.h
// are found in noise of up to 0.7 times the standard deviation of the texture.
// kSubpelStep is low, because motion by whole pixels is rare: it is the smallest penalty with which
// pans by whole pixels keep their vectors in 95 of 100 blocks.
constexpr double kUnknown = 3.5;
constexpr double kKnown = 1.7;
constexpr double kIntegerStepFromZero = 1.2;
constexpr double kIntegerStep = 0.5;
constexpr double kMotion = 1.3;
constexpr double kDisagreement = 1;
constexpr double kSubpelStepFromZero = 1.2;
constexpr double kSubpelStep = 0.6;
// Motion lasts: where things moved in the frame before, the penalties are multiplied by these. In
// noise of 50, a quarter gives the balanced model 0.18 dB more on the clips of video/train that
// move, and 0.03 dB less on those that stand still; a smaller share gives hardly more. In pans by
// whole pixels, a quarter for fractions, too, would give wrong ones to a fifth of the blocks. With
// a half it is 4 of 100, and it costs 0.01 dB.
constexpr double kShareWhereMoved = 0.25;
constexpr double kSubpelShareWhereMoved = 0.5;

// Standard deviation of the difference of two pictures at a level of the pyramid.
double level_sigma(int level, double sigma_8bit) {
  return std::hypot(sigma_8bit * LumaPyramid::kNoiseGain[static_cast<std::size_t>(level)],
                    kRounding);
}

// The standard deviation of |n| is 0.603 times that of a normal deviate n. The filters of the
// levels correlate neighbours, which makes the SAD vary more, by the factor kCorrelation.
double sad_deviation(int level, int window_size, double sigma_8bit) {
  constexpr std::array<double, LumaPyramid::kLevels> kCorrelation = {1.9, 1.4, 1.2, 1.1};
  return 0.603 * level_sigma(level, sigma_8bit) * window_size *
         kCorrelation[static_cast<std::size_t>(level)];
}

}  // namespace

int noise_sad(int level, int window_size, double sigma_8bit) {
  // The mean of |n| is 0.798 times the standard deviation of a normal deviate n.
  constexpr double kMean = 0.798, kDeviations = 4;
  return static_cast<int>(kMean * level_sigma(level, sigma_8bit) * window_size * window_size +
                          kDeviations * sad_deviation(level, window_size, sigma_8bit));
}

MotionPenalties make_penalties(int level, int window_size, double sigma_8bit, bool moved) {
  const double noise = sad_deviation(level, window_size, sigma_8bit);
  // No penalty is below 1, so that zero wins where SADs are equal.
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
