// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "frame/codes.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Finds the nearest code in double precision.
int nearest_code(double unit, int max_code) {
  const double code = std::floor(unit * max_code + 0.5);
  return code < 0 ? 0 : code > max_code ? max_code : static_cast<int>(code);
}

template <typename Codes>
void check_units(const FormatInfo& info) {
  const Codes codes(info);
  const int max_code = static_cast<int>(info.max_code());
  std::array<std::uint8_t, 4> bytes{};
  for (int code = 0; code <= max_code; ++code) {
    // Words may start at an odd address.
    codes.store(&bytes[1], code);
    ck_assert_int_eq(codes.load(&bytes[1]), code);
    const float unit = codes.load_unit(&bytes[1]);
    ck_assert_double_eq_tol(unit, static_cast<double>(code) / max_code, 1e-7);
    ck_assert_int_eq(codes.from_unit(unit), code);
    // None lies exactly between two codes, where the precision would decide.
    for (const double part : {-0.49, -0.2, 0.3, 0.49}) {
      const double between = (code + part) / max_code;
      codes.store_unit(&bytes[1], static_cast<float>(between));
      ck_assert_int_eq(codes.load(&bytes[1]), nearest_code(between, max_code));
    }
  }
  ck_assert_int_eq(bytes[0], 0);
  ck_assert_int_eq(bytes[3], 0);
  for (const float low : {-0.001f, -3.0f, -1e30f, -kInfinity, kNan})
    ck_assert_int_eq(codes.from_unit(low), 0);
  for (const float high : {1.001f, 3.0f, 1e30f, kInfinity})
    ck_assert_int_eq(codes.from_unit(high), max_code);
}

}  // namespace

START_TEST(test_bytes_hold_codes) {
  check_units<ByteCodes>(format_info(PixelFormat::gray8));
  ck_assert_int_eq(ByteCodes::kBytes, 1);
}
END_TEST

START_TEST(test_words_hold_codes) {
  // Single precision cannot tell 0.49 from 0.5 between the highest codes of 16 bits.
  check_units<WordCodes>(format_info(PixelFormat::i420_10le));
  check_units<WordCodes>(format_info(PixelFormat::p010_10le));
  ck_assert_int_eq(WordCodes::kBytes, 2);
  const WordCodes codes(format_info(PixelFormat::gray16_le));
  std::array<std::uint8_t, 2> bytes{};
  for (int code = 0; code < 65536; ++code) {
    codes.store(bytes.data(), code);
    ck_assert(bytes[0] == code % 256 && bytes[1] == code / 256);
    ck_assert(codes.from_unit(codes.load_unit(bytes.data())) == code);
  }
}
END_TEST

START_TEST(test_bits_that_hold_no_code_are_not_read) {
  const std::array<std::uint8_t, 2> bytes = {0x7f, 0xf5};
  ck_assert_int_eq(WordCodes(format_info(PixelFormat::i420_10le)).load(bytes.data()), 0x17f);
  ck_assert_int_eq(WordCodes(format_info(PixelFormat::p010_10le)).load(bytes.data()), 0xf57f / 64);
}
END_TEST

START_TEST(test_codes_are_chosen_by_depth) {
  for (const FormatInfo& info : direct_formats()) {
    int bytes = 0;
    with_codes(info, [&]<typename Codes>(const Codes&) { bytes = Codes::kBytes; });
    ck_assert_int_eq(bytes, info.depth > 8 ? 2 : 1);
  }
}
END_TEST

START_TEST(test_units_become_8_bit_codes) {
  for (int i = -2000; i < 4000; ++i) {
    const float unit = static_cast<float>(i) / 1999;
    ck_assert_int_eq(unit_to_code(unit), nearest_code(unit, 255));
  }
  ck_assert_int_eq(unit_to_code(kNan), 0);
}
END_TEST

int main() {
  return run_suite("codes", {test_bytes_hold_codes, test_words_hold_codes,
                             test_bits_that_hold_no_code_are_not_read,
                             test_codes_are_chosen_by_depth, test_units_become_8_bit_codes});
}
