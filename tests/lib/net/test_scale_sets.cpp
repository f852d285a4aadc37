// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <limits>

#include "net/scale_sets.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_the_first_set_that_holds_the_noise_is_taken) {
  const ScaleSets sets = {{{{"a", 1.0f}}, 4}, {{{"a", 2.0f}}, 16}, {.scales = {{"a", 3.0f}}}};
  for (const auto& [level, set] : {std::pair{0.0, 0u},
                                   {4.0, 0u},
                                   {4.1, 1u},
                                   {16.0, 1u},
                                   {17.0, 2u},
                                   {1e9, 2u},
                                   {std::numeric_limits<double>::infinity(), 2u}})
    ck_assert_uint_eq(scale_set_for(sets, level), set);
  ck_assert_uint_eq(scale_set_for(sets, std::nan("")), 2);
}
END_TEST

START_TEST(test_one_set_is_for_all_noise) {
  const ScaleSets sets = one_scale_set({{"a", 1.0f}});
  ck_assert_uint_eq(sets.size(), 1);
  ck_assert(std::isinf(sets[0].highest_level));
  ck_assert(one_scale_set({}).empty());
}
END_TEST

int main() {
  return run_suite("scale_sets", {test_the_first_set_that_holds_the_noise_is_taken,
                                  test_one_set_is_for_all_noise});
}
