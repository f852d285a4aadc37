// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstddef>
#include <vector>

#include "layout/packed_layout.h"
#include "noise/conditioning/bars.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 10, kHeight = 6, kChannels = kPackedChannels + 2;

/// Returns rows of ones.
std::vector<float> ones() { return std::vector<float>(kWidth * kHeight * kChannels, 1.0f); }

}  // namespace

START_TEST(test_the_residual_of_bars_is_zero) {
  // The position of column 1 holds a part of the bar, and row 3 of the packed planes begins these.
  const Interior interior{{3, 17}, {10, 16}};
  constexpr int kFirstRow = 3;
  std::vector<float> values = ones();
  clear_bars(interior, kFirstRow, {values.data(), kChannels, kHeight, kWidth});
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      for (int c = 0; c < kChannels; ++c) {
        const bool is_inside = x >= 1 && x <= 8 && y + kFirstRow >= 5 && y + kFirstRow <= 7;
        const float value = values[static_cast<std::size_t>((y * kWidth + x) * kChannels + c)];
        ck_assert_float_eq(value, is_inside || c >= kPackedChannels ? 1.0f : 0.0f);
      }
}
END_TEST

START_TEST(test_without_bars_all_stays) {
  // The planes may be larger than half the frame.
  std::vector<float> values = ones();
  clear_bars({{0, 2 * kWidth}, {0, 2 * kHeight}}, 0, {values.data(), kChannels, kHeight, kWidth});
  ck_assert(values == ones());
}
END_TEST

int main() {
  return run_suite("bars", {test_the_residual_of_bars_is_zero, test_without_bars_all_stays});
}
