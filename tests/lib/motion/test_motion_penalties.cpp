// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "motion/luma_pyramid.h"
#include "motion/motion_penalties.h"
#include "support/check.h"
#include "support/moments.h"
#include "support/scenes.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 1920, kHeight = 1080;

// The side of the windows that motion search uses at each level.
int window_size(int level) { return level == LumaPyramid::kLevels - 1 ? 8 : 16; }

// The SADs of windows of two pictures that differ by noise alone, whose difference has sigma_8bit.
std::vector<int> sads_in_noise(int level, double sigma_8bit) {
  const LumaPlane clean = TexturedCanvas(kWidth, kHeight, 1).crop(0, 0, kWidth, kHeight, 0.3);
  LumaPyramid a(kWidth, kHeight), b(kWidth, kHeight);
  a.build(with_noise(clean, sigma_8bit / std::sqrt(2), 1).view());
  b.build(with_noise(clean, sigma_8bit / std::sqrt(2), 2).view());
  const int size = window_size(level);
  std::vector<int> sads;
  for (int y = 0; y + size <= kHeight >> level; y += size)
    for (int x = 0; x + size <= kWidth >> level; x += size) {
      int sum = 0;
      for (int i = 0; i < size * size; ++i)
        sum += std::abs(*a.at(level, x + i % size, y + i / size) -
                        *b.at(level, x + i % size, y + i / size));
      sads.push_back(sum);
    }
  return sads;
}

// All penalties of a struct in a row.
std::vector<int> list(const MotionPenalties& p) {
  std::vector<int> all = {p.unknown, p.known, p.motion, p.disagreement};
  all.insert(all.end(), p.integer_step_from_zero.begin(), p.integer_step_from_zero.end());
  all.insert(all.end(), p.integer_step.begin(), p.integer_step.end());
  all.insert(all.end(), p.subpel_step_from_zero.begin(), p.subpel_step_from_zero.end());
  all.insert(all.end(), p.subpel_step.begin(), p.subpel_step.end());
  return all;
}

}  // namespace

START_TEST(test_windows_in_noise_hardly_exceed_their_limit) {
  for (int level = 0; level < LumaPyramid::kLevels; ++level)
    for (const double sigma : {5.0, 20.0, 50.0}) {
      const std::vector<int> sads = sads_in_noise(level, sigma);
      const Moments found = moments(sads);
      const int limit = noise_sad(level, window_size(level), sigma);
      const auto above =
          std::count_if(sads.begin(), sads.end(), [&](int sad) { return sad > limit; });
      ck_assert_int_le(above, static_cast<int>(sads.size()) / 500);
      // Four standard deviations above the mean, or more where rounding is a part of the noise.
      const double deviations = (limit - found.mean) / found.deviation;
      ck_assert_msg(deviations > 4 && deviations < 7.5, "level %d, sigma %g: %g deviations", level,
                    sigma, deviations);
    }
}
END_TEST

START_TEST(test_penalties_are_some_deviations_of_the_noise) {
  for (int level = 0; level < LumaPyramid::kLevels; ++level)
    for (const double sigma : {5.0, 20.0, 50.0}) {
      const double deviation = moments(sads_in_noise(level, sigma)).deviation;
      const MotionPenalties p = make_penalties(level, window_size(level), sigma, false);
      ck_assert(deviation < p.known && p.known < p.unknown && p.unknown < 5 * deviation);
      ck_assert(p.integer_step[1] < p.integer_step_from_zero[1]);
      ck_assert(p.subpel_step[0] < p.subpel_step_from_zero[0]);
    }
}
END_TEST

START_TEST(test_blocks_that_decide_together_add_their_noise) {
  const MotionPenalties p = make_penalties(0, 16, 40, false);
  for (std::size_t blocks = 1; blocks <= 9; ++blocks) {
    // Independent noise adds up by the root of the number of blocks; rounding adds up to a half.
    const double root = std::sqrt(static_cast<double>(blocks));
    ck_assert_double_eq_tol(p.integer_step[blocks], root * p.integer_step[1], root);
    ck_assert_double_eq_tol(p.integer_step_from_zero[blocks], root * p.integer_step_from_zero[1],
                            root);
    // The block itself counts four times, its neighbours once.
    const double weighted = std::sqrt((15.0 + static_cast<double>(blocks)) / 16);
    ck_assert_double_eq_tol(p.subpel_step[blocks - 1], weighted * p.subpel_step[0], 2);
    ck_assert_double_eq_tol(p.subpel_step_from_zero[blocks - 1],
                            weighted * p.subpel_step_from_zero[0], 2);
  }
}
END_TEST

START_TEST(test_penalties_grow_with_noise_and_are_lower_after_motion) {
  for (int level = 0; level < LumaPyramid::kLevels; ++level) {
    std::vector<int> before(42, 0);
    for (const double sigma : {0.0, 1.0, 10.0, 100.0}) {
      const std::vector<int> still = list(make_penalties(level, 16, sigma, false));
      const std::vector<int> moved = list(make_penalties(level, 16, sigma, true));
      ck_assert_uint_eq(still.size(), before.size());
      for (std::size_t i = 0; i < still.size(); ++i) {
        ck_assert_int_ge(still[i], std::max(1, before[i]));
        ck_assert(moved[i] >= 1 && moved[i] <= still[i]);
      }
      ck_assert_int_lt(moved[0], still[0]);
      before = still;
    }
  }
}
END_TEST

int main() {
  return run_suite("motion_penalties", {test_windows_in_noise_hardly_exceed_their_limit,
                                        test_penalties_are_some_deviations_of_the_noise,
                                        test_blocks_that_decide_together_add_their_noise,
                                        test_penalties_grow_with_noise_and_are_lower_after_motion});
}
