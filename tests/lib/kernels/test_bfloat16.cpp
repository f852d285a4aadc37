// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>

#include "kernels/bfloat16.h"
#include "kernels/rounded_code.h"
#include "kernels/sample_type.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// The value of the bits of a bfloat16: a sign, 8 bits of exponent and 7 bits of mantissa.
double value_of(int bits) {
  const int exponent = bits >> 7 & 0xff, mantissa = bits & 0x7f;
  const double magnitude = exponent == 0 ? std::ldexp(mantissa, -126 - 7)
                                         : std::ldexp(128 + mantissa, exponent - 127 - 7);
  return (bits >> 15) != 0 ? -magnitude : magnitude;
}

}  // namespace

START_TEST(test_each_finite_value_survives) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    if ((bits >> 7 & 0xff) == 0xff) continue;  // infinite, or not a number
    const Bfloat16 value{static_cast<std::uint16_t>(bits)};
    Bfloat16 stored{};
    assign(stored, to_float(value));
    if (to_float(value) != value_of(bits) || stored.bits != bits)
      ck_abort_msg("bits %04x: %g, stored as %04x", bits, to_float(value), stored.bits);
  }
}
END_TEST

START_TEST(test_values_are_rounded_to_the_nearest_one) {
  std::mt19937 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const float value = std::uniform_real_distribution<float>(-1000, 1000)(random);
    Bfloat16 stored{};
    assign(stored, value);
    const double error = std::abs(value_of(stored.bits) - value);
    if (error > std::abs(value_of(stored.bits + 1) - value) ||
        error > std::abs(value_of(stored.bits - 1) - value))
      ck_abort_msg("%g is stored as %g", value, to_float(stored));
  }
}
END_TEST

START_TEST(test_ties_go_to_the_even_one) {
  for (const auto& [value, wanted] : {std::pair{1.0f, 1.0f},
                                      {1 + 1.0f / 256, 1.0f},
                                      {1 + 3.0f / 256, 1 + 4.0f / 256},
                                      {1 + 1.01f / 256, 1 + 2.0f / 256},
                                      {-1 - 3.0f / 256, -1 - 4.0f / 256},
                                      {0.0f, 0.0f}}) {
    Bfloat16 stored{};
    assign(stored, value);
    ck_assert_float_eq(to_float(stored), wanted);
  }
}
END_TEST

START_TEST(test_floats_stay_as_they_are) {
  float stored = 0;
  assign(stored, 1.0000001f);
  ck_assert_float_eq(stored, 1.0000001f);
  ck_assert_float_eq(to_float(stored), 1.0000001f);
}
END_TEST

START_TEST(test_a_word_holds_as_many_values_as_fit) {
  for (const SampleType type :
       {SampleType::float32, SampleType::bfloat16, SampleType::fixed16, SampleType::code})
    ck_assert_uint_eq(bytes_of(type) * static_cast<std::size_t>(inputs_of_word(type)), 4);
  ck_assert_uint_eq(bytes_of(SampleType::bfloat16), sizeof(Bfloat16));
  ck_assert_uint_eq(bytes_of(SampleType::code), 1);
}
END_TEST

START_TEST(test_codes_are_rounded_and_clamped) {
  const std::pair<float, int> wanted[] = {{-3, 0},        {0.5f, 0},       {1.5f, 2},
                                          {7.49f, 7},     {254.6f, 255},   {1e9f, 255},
                                          {-INFINITY, 0}, {INFINITY, 255}, {std::nanf(""), 0}};
  for (const auto& [value, code] : wanted) {
    std::uint8_t stored = 99;
    assign(stored, value);
    ck_assert_int_eq(stored, code);
  }
}
END_TEST

int main() {
  return run_suite("bfloat16",
                   {test_each_finite_value_survives, test_values_are_rounded_to_the_nearest_one,
                    test_ties_go_to_the_even_one, test_floats_stay_as_they_are,
                    test_a_word_holds_as_many_values_as_fit, test_codes_are_rounded_and_clamped});
}
