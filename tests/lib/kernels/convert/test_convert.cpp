// SPDX-License-Identifier: LGPL-2.1-or-later
// Every variant of the conversions, and their text, against the conversion of single values.
#include <cstdint>
#include <random>
#include <vector>

#include "kernels/convert/convert.h"
#include "kernels/convert/convert_loops.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

std::vector<ConvertVariant> variants_and_loops() {
  std::vector<ConvertVariant> all = available(convert_variants());
  all.push_back({"loops", &kConvertLoops, true});
  return all;
}

}  // namespace

START_TEST(test_values_of_all_types) {
  std::mt19937 random(1);
  for (const ConvertVariant& variant : variants_and_loops()) {
    for (std::size_t count = 0; count < 100; ++count) {
      std::vector<float> floats(count + 1, 77.0f), from_bfloat16(floats), from_codes(floats);
      std::vector<Bfloat16> rounded(count + 1, Bfloat16{1}), of_codes(rounded);
      std::vector<Fixed16> fixed(count + 1, Fixed16{1});
      std::vector<std::uint8_t> codes(count + 1);
      for (std::size_t i = 0; i < count; ++i) {
        // Half of them are beyond Fixed16.
        floats[i] = std::uniform_real_distribution<float>(-8, 8)(random);
        codes[i] = static_cast<std::uint8_t>(random());
      }
      variant.loops->to_bfloat16(floats.data(), rounded.data(), count);
      variant.loops->from_bfloat16(rounded.data(), from_bfloat16.data(), count);
      variant.loops->from_codes(codes.data(), from_codes.data(), count);
      variant.loops->codes_to_bfloat16(codes.data(), of_codes.data(), count);
      variant.loops->to_fixed16(floats.data(), fixed.data(), count);
      for (std::size_t i = 0; i < count; ++i) {
        Bfloat16 wanted;
        assign(wanted, floats[i]);
        Fixed16 wanted_fixed;
        assign(wanted_fixed, floats[i]);
        ck_assert_int_eq(fixed[i].steps, wanted_fixed.steps);
        ck_assert_uint_eq(rounded[i].bits, wanted.bits);
        ck_assert_float_eq(from_bfloat16[i], to_float(wanted));
        ck_assert_float_eq(from_codes[i], codes[i]);
        ck_assert_float_eq(to_float(of_codes[i]), codes[i]);
      }
      ck_assert_uint_eq(rounded[count].bits, 1);
      ck_assert_int_eq(fixed[count].steps, 1);
      ck_assert_float_eq(from_bfloat16[count], 77);
      ck_assert_float_eq(from_codes[count], 77);
    }
  }
}
END_TEST

START_TEST(test_equal_types_are_copied) {
  const std::vector<float> from = {1, 2, 3};
  std::vector<float> to(3);
  convert_row(from.data(), to.data(), 2);
  ck_assert_float_eq(to[1], 2);
  ck_assert_float_eq(to[2], 0);
  Bfloat16 half;
  convert_row(from.data(), &half, 1);
  ck_assert_float_eq(to_float(half), 1);
}
END_TEST

int main() { return run_suite("convert", {test_values_of_all_types, test_equal_types_are_copied}); }
