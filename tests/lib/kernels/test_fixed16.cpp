// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include "kernels/fixed16.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

int stored(float value) {
  Fixed16 result{};
  assign(result, value);
  return result.steps;
}

}  // namespace

START_TEST(test_each_value_survives) {
  for (int steps = -16384; steps <= 16384; ++steps)
    ck_assert_int_eq(stored(static_cast<float>(steps) / kFixed16Steps), steps);
}
END_TEST

START_TEST(test_values_are_rounded_to_the_nearest_one) {
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const float value = std::uniform_real_distribution<float>(-2, 2)(random);
    ck_assert_int_eq(stored(value), std::lrint(value * kFixed16Steps));
  }
}
END_TEST

START_TEST(test_ties_go_to_the_even_one_and_others_are_clamped) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const auto& [steps, wanted] : {std::pair{0.5f, 0},
                                      {1.5f, 2},
                                      {2.5f, 2},
                                      {-0.5f, 0},
                                      {-1.5f, -2},
                                      {16383.4f, 16383},
                                      {16384.4f, 16384},
                                      {40000.0f, 16384},
                                      {-40000.0f, -16384},
                                      {kInfinity, 16384},
                                      {-kInfinity, -16384}})
    ck_assert_int_eq(stored(steps / kFixed16Steps), wanted);
  // A value that is no number becomes one of those that there are.
  ck_assert_int_eq(stored(std::numeric_limits<float>::quiet_NaN()), -16384);
}
END_TEST

int main() {
  return run_suite("fixed16", {test_each_value_survives, test_values_are_rounded_to_the_nearest_one,
                               test_ties_go_to_the_even_one_and_others_are_clamped});
}
