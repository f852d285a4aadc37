// SPDX-License-Identifier: LGPL-2.1-or-later
// Constants are made once for all plans of an engine, and the precisions follow the kernels.
#include <cstdint>
#include <vector>

#include "engine/native/precisions.h"
#include "engine/native/weights.h"
#include "kernels/instruction_limit.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_a_constant_is_made_once) {
  Weights weights;
  int made = 0;
  const auto make = [&] {
    ++made;
    return std::vector<float>{1, -2, 3.7f};
  };
  const float* const first = weights.get<float>("a", make);
  std::vector<const float*> others;
  for (int i = 0; i < 50; ++i) others.push_back(weights.get<float>(std::to_string(i), make));
  ck_assert_ptr_eq(weights.get<float>("a", make), first);
  ck_assert_int_eq(made, 51);
  ck_assert_float_eq(first[2], 3.7f);
  ck_assert_uint_eq(reinterpret_cast<std::uintptr_t>(first) % 64, 0);
  ck_assert_int_eq(weights.memory_bytes(), 51 * 64);
}
END_TEST

START_TEST(test_constants_have_the_type_of_the_kernel) {
  Weights weights;
  const auto make = [] { return std::vector<float>{1, -127, 1.0f + 1.0f / 512}; };
  const auto* const codes = weights.get<std::int8_t>("codes", make);
  ck_assert_int_eq(codes[1], -127);
  const auto* const halves = weights.get<Bfloat16>("halves", make);
  ck_assert_float_eq(to_float(halves[2]), 1);
}
END_TEST

START_TEST(test_each_set_has_constants_of_its_own) {
  Weights weights;
  for (const std::size_t count : {1u, 16u, 17u}) {
    const std::string key = std::to_string(count);
    const auto make = [count](std::size_t set) {
      return std::vector<float>(count, static_cast<float>(set));
    };
    const SetConstants sets = weights.get_sets(key, 3, make);
    for (std::size_t set = 0; set < 3; ++set) {
      ck_assert_uint_eq(reinterpret_cast<std::uintptr_t>(sets.of(set)) % 64, 0);
      for (std::size_t i = 0; i < count; ++i) ck_assert_float_eq(sets.of(set)[i], set);
    }
    ck_assert_ptr_eq(weights.get_sets(key, 3, make).of(2), sets.of(2));
  }
  ck_assert_ptr_null(SetConstants().of(2));
}
END_TEST

START_TEST(test_precisions_follow_the_instructions) {
  ck_assert(!may_use_tiles() || (may_use_bfloat16() && may_use_int8()));
  if (instruction_limit() < InstructionSet::avx512_bf16) ck_assert(!may_use_bfloat16());
  if (instruction_limit() < InstructionSet::avx2) ck_assert(!may_use_int8());
  ck_assert(!may_use_fixed16() || (may_use_int8() && !may_use_bfloat16()));
  const bool adds_in_16_bits = may_use_int8() && instruction_limit() < InstructionSet::avx_vnni;
  if (adds_in_16_bits) ck_assert_int_eq(highest_pair(), 128);
  if (may_use_tiles() || !may_use_int8()) ck_assert_int_eq(highest_pair(), 254);
}
END_TEST

int main() {
  return run_suite(
      "weights", {test_a_constant_is_made_once, test_constants_have_the_type_of_the_kernel,
                  test_each_set_has_constants_of_its_own, test_precisions_follow_the_instructions});
}
