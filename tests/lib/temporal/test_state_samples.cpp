// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdint>
#include <vector>

#include "support/check.h"
#include "temporal/state_samples.h"

using namespace denoiseae;

START_TEST(test_samples_of_both_kinds_lie_row_by_row) {
  constexpr int kColumns = 5, kRows = 4;
  std::vector<float> values(kColumns * kRows * kStateChannels);
  std::vector<std::int16_t> stored(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    stored[i] = static_cast<std::int16_t>(7 * static_cast<int>(i) - 500);
    values[i] = static_cast<float>(stored[i]) / 16384;
  }
  const StateSamples<float> floats =
      state_samples({values.data(), kStateChannels, kRows, kColumns});
  const StateSamples<std::int16_t> words{stored.data(), kRows, kColumns};
  ck_assert_uint_eq(floats.row_values(), kColumns * kStateChannels);
  for (int y = 0; y < kRows; ++y)
    for (int x = 0; x < kColumns; ++x)
      for (int c = 0; c < kStateChannels; ++c) {
        const float expected = values[static_cast<std::size_t>((y * kColumns + x) * 13 + c)];
        ck_assert_float_eq(value_of(floats.at(x, y)[c]), expected);
        ck_assert_float_eq(value_of(words.at(x, y)[c]), expected);
      }
}
END_TEST

int main() {
  return denoiseae::test::run_suite("state_samples", {test_samples_of_both_kinds_lie_row_by_row});
}
