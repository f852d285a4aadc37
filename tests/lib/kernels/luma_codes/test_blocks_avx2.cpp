// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdint>
#include <limits>

#include "kernels/luma_codes/blocks_avx2.h"
#include "support/check.h"
#include "support/instructions.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// Stores the numbers 1 to 16 as four blocks.
[[gnu::noinline]] void check_blocks() {
  // A block has its upper row first: 1 2 above 3 4, 5 6 above 7 8, and so on.
  const __m256i first = _mm256_setr_epi32(1, 2, 3, 4, 5, 6, 7, 8);
  const __m256i second = _mm256_setr_epi32(9, 10, 11, 12, 13, 14, 15, 16);
  std::uint8_t top[10] = {}, bottom[10] = {};
  store_blocks(first, second, top + 1, bottom + 1);
  const std::uint8_t wanted_top[] = {0, 1, 2, 5, 6, 9, 10, 13, 14, 0};
  const std::uint8_t wanted_bottom[] = {0, 3, 4, 7, 8, 11, 12, 15, 16, 0};
  for (int i = 0; i < 10; ++i) {
    ck_assert_int_eq(top[i], wanted_top[i]);
    ck_assert_int_eq(bottom[i], wanted_bottom[i]);
  }
}

[[gnu::noinline]] void check_loads() {
  const float values[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
  for (int step = 4; step <= 7; ++step) {
    float found[8];
    _mm256_storeu_ps(found, two_blocks(values + 1, step));
    for (int i = 0; i < 8; ++i)
      ck_assert_float_eq(found[i], static_cast<float>(1 + i % 4 + i / 4 * step));
  }
}

[[gnu::noinline]] void check_chroma() {
  float packed[4 * 9];
  for (int i = 0; i < 4 * 9; ++i) packed[i] = static_cast<float>(i);
  for (int step = 6; step <= 9; ++step) {
    float found[8];
    _mm256_storeu_ps(found, chroma_of_blocks(packed, step));
    for (int i = 0; i < 8; ++i)
      ck_assert_float_eq(found[i], static_cast<float>(i / 2 * step + 4 + i % 2));
  }
}

[[gnu::noinline]] void check_bytes() {
  std::uint8_t bytes[17], found[16];
  for (int i = 0; i < 17; ++i) bytes[i] = static_cast<std::uint8_t>(i);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(found), load_16_bytes(bytes + 1));
  for (int i = 0; i < 16; ++i) ck_assert_int_eq(found[i], i + 1);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(found), load_8_bytes(bytes + 3));
  for (int i = 0; i < 16; ++i) ck_assert_int_eq(found[i], i < 8 ? i + 3 : 0);
}

[[gnu::noinline]] void check_packed() {
  float found[9] = {};
  store_packed(found + 1, _mm256_setr_ps(1, 2, 3, 4, 5, 6, 7, 8));
  const float wanted[9] = {0, 1, 2, 3, 4, 5, 6, 0, 0};
  for (int i = 0; i < 9; ++i) ck_assert_float_eq(found[i], wanted[i]);
}

[[gnu::noinline]] void check_codes() {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float values[] = {-1e9f, -0.6f, 10.4f, 10.5f, 11.5f, 254.6f, 1e9f, nan};
  const int wanted[] = {0, 0, 10, 11, 12, 255, 255, 0};
  std::int32_t codes[8];
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(codes), to_codes(_mm256_loadu_ps(values)));
  for (int i = 0; i < 8; ++i) ck_assert_int_eq(codes[i], wanted[i]);
}

}  // namespace

START_TEST(test_two_blocks_are_loaded_from_their_places) { check_loads(); }
END_TEST

START_TEST(test_the_chroma_of_four_blocks_is_loaded) { check_chroma(); }
END_TEST

START_TEST(test_eight_and_sixteen_bytes_are_loaded) { check_bytes(); }
END_TEST

START_TEST(test_six_values_are_stored) { check_packed(); }
END_TEST

START_TEST(test_codes_are_rounded_half_up_and_clamped) { check_codes(); }
END_TEST

START_TEST(test_four_blocks_become_two_rows) { check_blocks(); }
END_TEST

namespace {
constexpr const TTest* kTests[] = {DAE_TEST(test_two_blocks_are_loaded_from_their_places),
                                   DAE_TEST(test_the_chroma_of_four_blocks_is_loaded),
                                   DAE_TEST(test_eight_and_sixteen_bytes_are_loaded),
                                   DAE_TEST(test_six_values_are_stored),
                                   DAE_TEST(test_codes_are_rounded_half_up_and_clamped),
                                   DAE_TEST(test_four_blocks_become_two_rows)};
}  // namespace

constinit const InstructionSuite denoiseae::test::kInstructionSuite{"blocks_avx2",
                                                                    Instructions::avx2, kTests};
