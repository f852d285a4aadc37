// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vector>

#include "layout/cell_interpolation.h"
#include "layout/luma_view.h"
#include "layout/mirrored.h"
#include "layout/noise_floor.h"
#include "layout/packed_layout.h"
#include "layout/round_up.h"
#include "layout/state_layout.h"
#include "layout/tensor_view.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_positions_go_back_and_forth_between_the_ends) {
  for (int length = 1; length < 9; ++length) {
    // A walker turns at each end, where it stays for one step.
    int at = 0, step = 1;
    for (int position = 0; position < 50; ++position) {
      ck_assert_int_eq(mirrored(position, length), at);
      if (at + step < 0 || at + step >= length)
        step = -step;
      else
        at += step;
    }
  }
}
END_TEST

START_TEST(test_sizes_are_rounded_up) {
  for (const int multiple : {1, 2, 7, 16})
    for (int value = 0; value < 50; ++value) {
      int least = 0;
      while (least < value) least += multiple;
      ck_assert_int_eq(round_up(value, multiple), least);
    }
}
END_TEST

START_TEST(test_places_lie_between_the_middles_of_cells) {
  constexpr int kCells = 3, kSide = 4;
  const double values[kCells] = {10, 30, 20};
  for (int position = 0; position < kCells * kSide + 5; ++position) {
    const CellInterpolation place(position, kSide, kCells);
    // The middles are at 1.5, 5.5 and 9.5.
    double expected = values[2];
    if (position < 1.5) expected = values[0];
    for (int cell = 0; cell + 1 < kCells; ++cell) {
      const double along = (position - 1.5 - kSide * cell) / kSide;
      if (along >= 0 && along < 1)
        expected = values[cell] + along * (values[cell + 1] - values[cell]);
    }
    ck_assert_double_eq_tol(place.between(static_cast<float>(values[place.first]),
                                          static_cast<float>(values[place.second])),
                            expected, 1e-5);
  }
  const CellInterpolation only(7, kSide, 1);
  ck_assert(only.first == 0 && only.second == 0 && only.part == 0);
}
END_TEST

START_TEST(test_rows_between_cells_of_four_are_those_places) {
  const float cells[] = {10, 30, 20, -7, 0.3f};
  for (const int cell_count : {1, 2, 5})
    for (int count = 0; count < 26; ++count) {
      std::vector<float> values(static_cast<std::size_t>(count) + 1, 99);
      between_cells_of_four(cells, cell_count, count, values.data());
      for (int x = 0; x < count; ++x) {
        const CellInterpolation place(x, 4, cell_count);
        ck_assert_float_eq(values[static_cast<std::size_t>(x)],
                           place.between(cells[place.first], cells[place.second]));
      }
      ck_assert_float_eq(values.back(), 99);
    }
}
END_TEST

START_TEST(test_rows_of_a_tensor_follow_each_other) {
  constexpr int kChannels = 3, kHeight = 5, kWidth = 7;
  std::vector<float> values(kChannels * kHeight * kWidth);
  const TensorView tensor{values.data(), kChannels, kHeight, kWidth};
  ck_assert_uint_eq(tensor.size(), values.size());
  float* next = values.data();
  for (int y = 0; y < kHeight; ++y) {
    ck_assert_ptr_eq(row_of(tensor, y), next);
    const TensorView rows = rows_of(tensor, y, kHeight);
    ck_assert_ptr_eq(rows.data, next);
    ck_assert_int_eq(rows.channels, kChannels);
    ck_assert_int_eq(rows.height, kHeight - y);
    ck_assert_int_eq(rows.width, kWidth);
    next += kChannels * kWidth;
  }
  ck_assert_ptr_eq(rows_of(tensor, kHeight, kHeight).data, next);
  ck_assert_uint_eq(rows_of(tensor, 2, 2).size(), 0);
  // The largest frame has more values than 32 bits can count.
  ck_assert(TensorView({nullptr, 8, 16384, 32768}).size() == std::size_t{8} << 29);
}
END_TEST

START_TEST(test_channels_of_a_frame_and_a_state_are_each_one_thing) {
  // Four samples of luma, U and V come before the levels.
  ck_assert_int_eq(kPackedChannels, 4 + 2);
  ck_assert_int_eq(kLumaNoiseChannel, kPackedChannels);
  ck_assert_int_eq(kChromaNoiseChannel, kLumaNoiseChannel + 1);
  ck_assert_int_eq(kPackedInputChannels, kChromaNoiseChannel + 1);
  // The fused frames come first, then their variance, then the picture.
  ck_assert_int_eq(kStateVariance, kPackedChannels);
  ck_assert_int_eq(kStatePicture, kStateVariance + 1);
  ck_assert_int_eq(kStateChannels, kStatePicture + kPackedChannels);
  // The gain of the first frame is nearly 1.
  ck_assert_double_gt(kUnknownVariance / (kUnknownVariance + 1.0), 0.99999);
}
END_TEST

START_TEST(test_views_and_floors_are_empty_by_default) {
  ck_assert_ptr_null(LumaView{}.data);
  ck_assert_ptr_null(TensorView{}.data);
  ck_assert_uint_eq(TensorView{}.size(), 0);
  ck_assert_double_eq(NoiseFloor{}.luma, 0);
  ck_assert_double_eq(NoiseFloor{}.chroma, 0);
}
END_TEST

int main() {
  return run_suite(
      "layout",
      {test_positions_go_back_and_forth_between_the_ends, test_sizes_are_rounded_up,
       test_places_lie_between_the_middles_of_cells,
       test_rows_between_cells_of_four_are_those_places, test_rows_of_a_tensor_follow_each_other,
       test_channels_of_a_frame_and_a_state_are_each_one_thing,
       test_views_and_floors_are_empty_by_default});
}
