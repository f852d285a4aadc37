// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "layout/state_layout.h"
#include "support/check.h"
#include "temporal/brightness_change.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Line = BrightnessChange::Line;

constexpr int kBand = BrightnessChange::kBand;

/// Returns the line of a row, interpolated between the middles of bands.
Line slow_line(const std::vector<Line>& bands, int row) {
  for (std::size_t i = 0; i + 1 < bands.size(); ++i) {
    const double middle = kBand * (static_cast<double>(i) + 0.5) - 0.5;
    const double part = (row - middle) / kBand;
    if (i == 0 && part < 0) return bands[0];
    if (part < 0 || part > 1) continue;
    return {static_cast<float>((1 - part) * bands[i].gain + part * bands[i + 1].gain),
            static_cast<float>((1 - part) * bands[i].offset + part * bands[i + 1].offset)};
  }
  return bands.back();
}

const std::vector<Line>& three_bands() {
  static const std::vector<Line> bands = {{1, 0}, {2, 8}, {0.5f, -4}};
  return bands;
}

BrightnessChange joined(BrightnessChange first, const BrightnessChange& next) {
  first.append(next);
  return first;
}

}  // namespace

START_TEST(test_lines_are_interpolated_between_bands) {
  const BrightnessChange change(three_bands(), 20);
  for (int row = 0; row < 4 * kBand; ++row) {
    const Line expected = slow_line(three_bands(), row);
    ck_assert_float_eq_tol(change.line_at(row).gain, expected.gain, 1e-5f);
    ck_assert_float_eq_tol(change.line_at(row).offset, expected.offset, 1e-4f);
    const std::array<std::uint8_t, 256> codes = change.codes_at(row);
    for (int code = 0; code < 256; ++code) {
      const double exact = std::clamp(double{expected.gain} * code + expected.offset, 0.0, 255.0);
      ck_assert_double_le(std::abs(codes[static_cast<std::size_t>(code)] - exact), 0.501);
    }
  }
  ck_assert(!change.is_none());
  ck_assert_double_eq(change.size(), 20);
  ck_assert(!change.is_sudden());
  ck_assert(BrightnessChange(three_bands(), 20.5).is_sudden());
  const BrightnessChange none;
  ck_assert(none.is_none());
  ck_assert(none.line_at(7) == (Line{1, 0}));
  for (int code = 0; code < 256; ++code)
    ck_assert_int_eq(none.codes_at(3)[static_cast<std::size_t>(code)], code);
}
END_TEST

START_TEST(test_changes_follow_each_other) {
  const BrightnessChange first(three_bands(), 3);
  const std::vector<Line> later = {{0.5f, 6}, {3, -2}, {1, 1}};
  const BrightnessChange both = joined(first, BrightnessChange(later, 4));
  // Between the middles of bands the product of two lines is no line.
  for (std::size_t i = 0; i < later.size(); ++i) {
    const BrightnessChange band({three_bands()[i]}, 0), next({later[i]}, 0);
    for (const float code : {0.0f, 50.0f, 200.0f})
      ck_assert_float_eq_tol(
          joined(band, next).line_at(0).at(code),
          later[i].gain * (three_bands()[i].gain * code + three_bands()[i].offset) +
              later[i].offset,
          1e-3f);
  }
  ck_assert_float_eq_tol(both.line_at(0).at(100), 0.5f * 100 + 6, 1e-3f);
  ck_assert_float_eq_tol(both.line_at(4 * kBand).at(100), 0.5f * 100 - 4 + 1, 1e-3f);
  ck_assert_double_eq(both.size(), 7);
  ck_assert(joined(first, {}).line_at(20) == first.line_at(20));
  ck_assert(joined({}, first).line_at(20) == first.line_at(20));
  ck_assert(joined({}, {}).is_none());
}
END_TEST

START_TEST(test_luma_of_a_state_is_changed) {
  constexpr int kColumns = 5, kRows = 12, kFirst = 3;
  std::mt19937 random(1);
  std::vector<float> values(kColumns * kRows * kStateChannels);
  for (float& value : values) value = std::uniform_real_distribution<float>(-0.5f, 0.5f)(random);
  const std::vector<float> before = values;
  const TensorView rows{values.data(), kStateChannels, kRows, kColumns};
  change_brightness({}, kFirst, rows);
  ck_assert(values == before);
  change_brightness(BrightnessChange(three_bands(), 20), kFirst, rows);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto channel = static_cast<int>(i % kStateChannels);
    const bool is_fused = channel < 4, is_picture = channel >= 7 && channel < 11;
    if (!is_fused && !is_picture) {
      ck_assert_float_eq(values[i], before[i]);
      continue;
    }
    const auto row = static_cast<int>(i / kStateChannels / kColumns);
    const Line line = slow_line(three_bands(), 2 * (kFirst + row));
    const double code = (before[i] + 0.5) * 255;
    ck_assert_double_eq_tol((values[i] + 0.5) * 255, line.gain * code + line.offset, 1e-3);
  }
}
END_TEST

int main() {
  return run_suite("brightness_change",
                   {test_lines_are_interpolated_between_bands, test_changes_follow_each_other,
                    test_luma_of_a_state_is_changed});
}
