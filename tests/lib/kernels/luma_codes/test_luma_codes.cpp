// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "kernels/luma_codes/code_of.h"
#include "kernels/luma_codes/luma_codes.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "support/check.h"
#include "support/variants.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kMaxBlocks = 37;
constexpr int kBottom = 2 * kMaxBlocks + 16;
constexpr std::uint8_t kUntouched = 77;

std::vector<float> random_values(int channels, int blocks) {
  std::mt19937 random(static_cast<unsigned>(blocks));
  std::vector<float> values(static_cast<std::size_t>(channels * blocks));
  for (float& value : values) value = std::uniform_real_distribution<float>(-0.8f, 0.8f)(random);
  return values;
}

// Two rows of codes in one list, the second from kBottom on.
std::vector<std::uint8_t> run(const LumaCodesVariant& variant, const std::vector<float>& values,
                              int channels, int blocks) {
  std::vector<std::uint8_t> codes(2 * kBottom, kUntouched);
  variant.luma_codes(values.data(), channels, blocks, codes.data(), codes.data() + kBottom);
  return codes;
}

}  // namespace

START_TEST(test_codes_are_rounded_and_clamped) {
  ck_assert_int_eq(code_of(10.49f), 10);
  ck_assert_int_eq(code_of(10.5f), 11);
  ck_assert_int_eq(code_of(11.5f), 12);
  for (const float low : {-0.5f, -0.51f, -1e9f, -std::numeric_limits<float>::infinity(),
                          std::numeric_limits<float>::quiet_NaN()})
    ck_assert_int_eq(code_of(low), 0);
  for (const float high : {254.5f, 255.0f, 256.0f, 1e9f, std::numeric_limits<float>::infinity()})
    ck_assert_int_eq(code_of(high), 255);
  for (int i = 0; i < 2550; ++i)
    ck_assert_int_eq(code_of(static_cast<float>(i) / 10),
                     static_cast<int>(std::floor(i / 10.0 + 0.5)));
}
END_TEST

START_TEST(test_each_block_gives_two_codes_of_both_rows) {
  for (const LumaCodesVariant& variant : available(luma_codes_variants()))
    for (const int channels : {4, kPackedInputChannels, kStateChannels})
      for (int blocks = 0; blocks <= kMaxBlocks; ++blocks) {
        const std::vector<float> values = random_values(channels, blocks);
        const std::vector<std::uint8_t> codes = run(variant, values, channels, blocks);
        for (int i = 0; i < static_cast<int>(codes.size()); ++i) {
          const int row = i / kBottom, x = i % kBottom;
          const int found = codes[static_cast<std::size_t>(i)];
          if (x >= 2 * blocks) {
            if (found != kUntouched) ck_abort_msg("%d blocks, row %d writes at %d", blocks, row, x);
            continue;
          }
          const float value = values[static_cast<std::size_t>(x / 2 * channels + 2 * row + x % 2)];
          const double exact = std::clamp((value + 0.5) * 255, 0.0, 255.0);
          if (!(std::abs(found - exact) <= 0.50001))
            ck_abort_msg("%d blocks, row %d, sample %d: %d, expected %g", blocks, row, x, found,
                         exact);
        }
      }
}
END_TEST

START_TEST(test_variants_equal_the_plain_loops) {
  const LumaCodesVariant& plain = luma_codes_variants().front();
  for (const LumaCodesVariant& variant : available(luma_codes_variants()))
    for (const int channels : {4, kPackedInputChannels, kStateChannels})
      for (int blocks = 0; blocks <= kMaxBlocks; ++blocks) {
        std::vector<float> values = random_values(channels, blocks);
        if (blocks > 5) values[20] = std::numeric_limits<float>::quiet_NaN();
        ck_assert(run(plain, values, channels, blocks) == run(variant, values, channels, blocks));
      }
}
END_TEST

int main() {
  return run_suite("luma_codes", {test_codes_are_rounded_and_clamped,
                                  test_each_block_gives_two_codes_of_both_rows,
                                  test_variants_equal_the_plain_loops});
}
