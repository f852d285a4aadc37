// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstddef>
#include <vector>

#include "layout/packed_layout.h"
#include "noise/conditioning/motion_gains.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// The size of luma: 6 x 5 blocks, of which the last ones are cut off. The packed planes are
/// larger.
constexpr int kWidth = 90, kHeight = 70;
constexpr int kPackedWidth = 50, kPackedHeight = 42;

/// Returns the levels of all positions, of which each was 2 for luma and 3 for chroma.
std::vector<float> scaled(const MotionGains& gains) {
  std::vector<float> values(static_cast<std::size_t>(kPackedWidth) * kPackedHeight *
                            kPackedInputChannels);
  const TensorView planes{values.data(), kPackedInputChannels, kPackedHeight, kPackedWidth};
  for (std::size_t i = 0; i < values.size(); i += kPackedInputChannels) {
    values[i] = 1;
    values[i + kLumaNoiseChannel] = 2;
    values[i + kChromaNoiseChannel] = 3;
  }
  // Rows come in any parts.
  gains.apply(0, rows_of(planes, 0, 13));
  gains.apply(13, rows_of(planes, 13, kPackedHeight));
  return values;
}

/// gain_of: returns that of a block.
template <typename Gain>
void check_levels(const MotionGains& gains, const Gain& gain_of) {
  const std::vector<float> values = scaled(gains);
  for (int y = 0; y < kPackedHeight; ++y)
    for (int x = 0; x < kPackedWidth; ++x) {
      const float* const position =
          values.data() + (std::size_t{1} * y * kPackedWidth + x) * kPackedInputChannels;
      const float gain = gain_of(x / 8, y / 8);
      ck_assert_float_eq(position[0], 1);
      ck_assert_float_eq_tol(position[kLumaNoiseChannel], 2 * gain, 1e-6f);
      ck_assert_float_eq_tol(position[kChromaNoiseChannel], 3 * gain, 1e-6f);
    }
}

const MotionGains::Gains& gains_of(bool is_given) {
  return is_given ? MotionGains::kGiven : MotionGains::kOfMap;
}

}  // namespace

START_TEST(test_without_motion_known_levels_stay) {
  MotionGains gains;
  ck_assert_float_eq(gains.highest(), 1);
  check_levels(gains, [](int, int) { return 1.0f; });
  const MotionField still(kWidth, kHeight);
  for (const bool is_given : {false, true}) {
    gains.find(&still, is_given);
    check_levels(gains, [&](int, int) { return gains_of(is_given).still; });
    ck_assert_float_ge(gains.highest(), gains_of(is_given).still);
    gains.find(nullptr, is_given);
    ck_assert_float_eq(gains.highest(), 1);
    check_levels(gains, [](int, int) { return 1.0f; });
  }
}
END_TEST

START_TEST(test_blocks_beside_a_moving_one_are_not_still) {
  for (const MotionVector& vector : {MotionVector{1, 0, 0, 0}, MotionVector{0, 0, 0, 1}})
    for (const bool is_given : {false, true}) {
      MotionField field(kWidth, kHeight);
      field.at(4, 1) = vector;
      MotionGains gains;
      gains.find(&field, is_given);
      ck_assert_float_eq(gains.highest(), is_given ? 1 : 1.05f);
      // Positions beyond the frame belong to its last blocks.
      check_levels(gains, [&](int column, int row) {
        return column < 3 || row > 2 ? gains_of(is_given).still : gains_of(is_given).moving;
      });
    }
}
END_TEST

int main() {
  return run_suite("motion_gains", {test_without_motion_known_levels_stay,
                                    test_blocks_beside_a_moving_one_are_not_still});
}
