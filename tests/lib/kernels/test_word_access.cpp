// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/sample_words.h"
#include "kernels/word_access.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// 10 bits in the lower and in the upper bits of a word, and 16 bits.
constexpr SampleWords kLayouts[] = {{0, 1023}, {6, 1023}, {0, 4095}, {4, 4095}, {0, 65535}};

}  // namespace

START_TEST(test_codes_lie_in_little_endian_words_at_any_address) {
  for (const SampleWords& words : kLayouts) {
    const WordAccess access(words);
    for (int code = 0; code <= words.max_code; ++code) {
      std::uint8_t bytes[] = {1, 2, 3, 4, 5};
      std::uint8_t* at = bytes + 1 + code % 2;
      access.store(at, code);
      if (at[0] + 256 * at[1] != code << words.low_bits || access.load(at) != code)
        ck_abort_msg("code %d is stored as %d %d and read as %d", code, at[0], at[1],
                     access.load(at));
      if (bytes[0] != 1 || bytes[4] != 5) ck_abort_msg("code %d writes too much", code);
    }
  }
}
END_TEST

START_TEST(test_other_bits_are_not_read) {
  for (const SampleWords& words : kLayouts)
    for (const int code : {0, 1, 500, 1023}) {
      const int word = (code << words.low_bits) | (0xffff & ~(words.max_code << words.low_bits));
      const std::uint8_t bytes[] = {static_cast<std::uint8_t>(word),
                                    static_cast<std::uint8_t>(word >> 8)};
      ck_assert_int_eq(WordAccess(words).load(bytes), code);
    }
}
END_TEST

START_TEST(test_codes_are_parts_of_the_largest_one) {
  for (const SampleWords& words : kLayouts) {
    const WordAccess access(words);
    for (int code = 0; code <= words.max_code; ++code) {
      std::uint8_t bytes[2], again[2];
      access.store(bytes, code);
      const float unit = access.load_unit(bytes);
      access.store_unit(again, unit);
      if (!(std::abs(unit - double(code) / words.max_code) <= 1e-7) || access.load(again) != code)
        ck_abort_msg("code %d becomes %g and %d", code, unit, access.load(again));
    }
  }
}
END_TEST

START_TEST(test_values_are_rounded_half_up_and_clamped) {
  const auto stored = [](const SampleWords& words, float value) {
    std::uint8_t bytes[2];
    WordAccess(words).store_unit(bytes, value);
    return WordAccess(words).load(bytes);
  };
  for (const SampleWords& words : kLayouts) {
    const auto max_code = static_cast<float>(words.max_code);
    ck_assert_int_eq(stored(words, 10.45f / max_code), 10);
    ck_assert_int_eq(stored(words, 10.55f / max_code), 11);
    for (const float low :
         {-0.4f / max_code, -1.0f, -1e30f, -std::numeric_limits<float>::infinity(),
          std::numeric_limits<float>::quiet_NaN()})
      ck_assert_int_eq(stored(words, low), 0);
    for (const float high : {1.0f, 1.001f, 1e30f, std::numeric_limits<float>::infinity()})
      ck_assert_int_eq(stored(words, high), words.max_code);
  }
  // In samples of one bit, 0.5 lies exactly between two codes.
  ck_assert_int_eq(stored({0, 1}, 0.5f), 1);
}
END_TEST

int main() {
  return run_suite(
      "word_access",
      {test_codes_lie_in_little_endian_words_at_any_address, test_other_bits_are_not_read,
       test_codes_are_parts_of_the_largest_one, test_values_are_rounded_half_up_and_clamped});
}
