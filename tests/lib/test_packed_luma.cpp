// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "support/check.h"
#include "temporal/packed_luma.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_codes_survive_packing) {
  constexpr int kWidth = 9, kHeight = 8, kStride = 2 * kWidth + 3, kChannels = 7;
  std::vector<float> planes(kWidth * kHeight * kChannels, 0.3f);
  const auto code = [](int x, int y) { return (x + y * 2 * kWidth) % 256; };
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < 2 * kWidth; ++x)
      planes[((y / 2) * kWidth + x / 2) * kChannels + y % 2 * 2 + x % 2] =
          static_cast<float>(code(x, y)) / 255 - 0.5f;
  std::vector<std::uint8_t> luma(2 * kHeight * kStride, 77);
  packed_luma({planes.data(), kChannels, kHeight, kWidth}, 0, luma.data(), kStride);
  for (int y = 0; y < 2 * kHeight; ++y)
    for (int x = 0; x < kStride; ++x)
      ck_assert_int_eq(luma[y * kStride + x], x < 2 * kWidth ? code(x, y) : 77);
}
END_TEST

START_TEST(test_values_are_rounded_and_clamped) {
  const float code = 1.0f / 255;
  float planes[] = {10.4f * code - 0.5f,
                    10.6f * code - 0.5f,
                    -0.7f,
                    0.7f,
                    0,
                    0,
                    std::numeric_limits<float>::quiet_NaN(),
                    3e9f,
                    -3e9f,
                    0,
                    0,
                    0};
  std::uint8_t luma[8] = {};
  packed_luma({planes, 6, 1, 2}, 0, luma, 4);
  const std::uint8_t wanted[] = {10, 11, 0, 255, 0, 255, 0, 128};
  ck_assert(std::equal(luma, luma + 8, wanted));
  // Another picture of the planes.
  packed_luma({planes, 6, 1, 2}, 2, luma, 4);
  const std::uint8_t other[] = {0, 255, 0, 128, 128, 128, 128, 128};
  ck_assert_msg(std::equal(luma, luma + 8, other), "%d %d %d %d", luma[0], luma[1], luma[4],
                luma[5]);
}
END_TEST

int main() {
  return run_suite("packed_luma",
                   {test_codes_survive_packing, test_values_are_rounded_and_clamped});
}
