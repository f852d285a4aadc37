// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cstddef>
#include <limits>

#include "kernels/fixed16_avx2.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

[[gnu::noinline]] void check_sixteen(const std::array<float, 16>& values) {
  std::array<Fixed16, 18> stored{};
  store_sixteen(stored.data() + 1, _mm256_loadu_ps(values.data()),
                _mm256_loadu_ps(values.data() + 8));
  ck_assert(stored.front().steps == 0 && stored.back().steps == 0);
  for (std::size_t i = 0; i < 16; ++i) {
    Fixed16 wanted{};
    assign(wanted, values[i]);
    ck_assert_int_eq(stored[i + 1].steps, wanted.steps);
  }
}

}  // namespace

START_TEST(test_vectors_are_stored_as_single_values) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  // Halves of steps from below the least value to above the largest one.
  for (int first = -70000; first < 70000; first += 16) {
    std::array<float, 16> values;
    for (int i = 0; i < 16; ++i)
      values[static_cast<std::size_t>(i)] = 0.5f * static_cast<float>(first + i) / kFixed16Steps;
    check_sixteen(values);
  }
  check_sixteen({kInfinity, -kInfinity, std::numeric_limits<float>::quiet_NaN(), 1e30f, -1e30f});
}
END_TEST

namespace {

constexpr const TTest* kTests[] = {DAE_TEST(test_vectors_are_stored_as_single_values)};

}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite = {"fixed16_avx2",
                                                                       Instructions::avx2, kTests};
