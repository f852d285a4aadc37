// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cmath>
#include <cstddef>

#include "motion/subpel_fit.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMinimum = 100000;

// The squares of these SADs lie on a surface with its minimum, kMinimum^2, at (x, y) pixels.
std::array<int, 9> sums_around(double x, double y) {
  std::array<int, 9> sums;
  for (int i = 0; i < 9; ++i)
    sums[static_cast<std::size_t>(i)] =
        static_cast<int>(std::lround(kMinimum * std::hypot(1, i % 3 - 1 - x, i / 3 - 1 - y)));
  return sums;
}

void check_step(const QuarterStep& found, int x, int y) {
  ck_assert_int_eq(found.x, x);
  ck_assert_int_eq(found.y, y);
}

}  // namespace

START_TEST(test_step_leads_to_the_minimum_of_the_surface) {
  for (int x = -2; x <= 2; ++x)
    for (int y = -2; y <= 2; ++y)
      check_step(parabola_minimum(sums_around(x / 4.0, y / 4.0), 1), x, y);
}
END_TEST

START_TEST(test_gain_must_exceed_the_penalty) {
  for (int x = -2; x <= 2; ++x)
    for (int y = -2; y <= 2; ++y) {
      const auto sums = sums_around(x / 4.0, y / 4.0);
      const int gain = sums[4] - kMinimum;
      check_step(parabola_minimum(sums, gain + 10), 0, 0);
      if (gain > 0) check_step(parabola_minimum(sums, gain - 10), x, y);
    }
}
END_TEST

START_TEST(test_steps_end_at_half_a_pixel) {
  check_step(parabola_minimum(sums_around(0.9, -0.9), 1), 2, -2);
}
END_TEST

START_TEST(test_equal_or_perfect_sums_need_no_step) {
  check_step(parabola_minimum({5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000, 5000}, 1), 0, 0);
  check_step(parabola_minimum({9, 9, 9, 1, 0, 9, 9, 9, 9}, 1), 0, 0);
}
END_TEST

int main() {
  return run_suite("subpel_fit", {test_step_leads_to_the_minimum_of_the_surface,
                                  test_gain_must_exceed_the_penalty, test_steps_end_at_half_a_pixel,
                                  test_equal_or_perfect_sums_need_no_step});
}
