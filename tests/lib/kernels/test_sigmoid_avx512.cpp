// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>

#include "kernels/sigmoid_avx512.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kLanes = 16;

// Applies a function to values from low to high, and compares it with the expected one. tolerance:
// of the relative error.
[[gnu::noinline]] void check(__m512 (*function)(__m512), double (*expected)(double), float low,
                             float high, double tolerance) {
  constexpr int kVectors = 4000;
  for (int i = 0; i < kVectors; ++i) {
    alignas(64) float values[kLanes], results[kLanes];
    for (int lane = 0; lane < kLanes; ++lane)
      values[lane] = low + (high - low) * static_cast<float>(i * kLanes + lane) /
                               static_cast<float>(kVectors * kLanes);
    _mm512_store_ps(results, function(_mm512_load_ps(values)));
    for (int lane = 0; lane < kLanes; ++lane) {
      const double wanted = expected(values[lane]);
      if (!(std::abs(results[lane] - wanted) <= tolerance * wanted))
        ck_abort_msg("at %g: %g, expected %g", values[lane], results[lane], wanted);
    }
  }
}

double slow_sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

START_TEST(test_exponentials_are_close_to_the_definition) {
  // For f = -1/2 the first missing term of the series is (ln 2 / 2)^6 / 6!, a share of 3.4e-6. The
  // rounding of x log2(e) adds up to 4e-6 for x = 80.
  check(exp_of, std::exp, -1, 1, 4e-6);
  check(exp_of, std::exp, -80, 80, 8e-6);
}
END_TEST

START_TEST(test_sigmoids_are_close_to_the_definition) {
  check(sigmoid, slow_sigmoid, -1, 1, 4e-6);
  check(sigmoid, slow_sigmoid, -80, 80, 8e-6);
}
END_TEST

[[gnu::noinline]] void check_limits() {
  alignas(64) float results[kLanes];
  const auto at = [&](float x) {
    _mm512_store_ps(results, sigmoid(_mm512_set1_ps(x)));
    return results[0];
  };
  ck_assert_float_eq(at(0), 0.5f);
  ck_assert_float_eq(at(1000), 1);
  ck_assert_float_eq(at(-1000), 0);
}

START_TEST(test_sigmoids_reach_0_and_1) { check_limits(); }
END_TEST

namespace {
constexpr const TTest* kTests[] = {DAE_TEST(test_exponentials_are_close_to_the_definition),
                                   DAE_TEST(test_sigmoids_are_close_to_the_definition),
                                   DAE_TEST(test_sigmoids_reach_0_and_1)};
}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite{"sigmoid_avx512",
                                                                    Instructions::avx512, kTests};
