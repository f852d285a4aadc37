// SPDX-License-Identifier: LGPL-2.1-or-later
#include <utility>

#include "motion/motion_field.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_blocks_cover_the_plane) {
  const struct {
    int width, height, columns, rows;
  } cases[] = {
      {1, 1, 1, 1}, {16, 16, 1, 1}, {17, 16, 2, 1}, {333, 241, 21, 16}, {640, 368, 40, 23}};
  for (const auto& [width, height, columns, rows] : cases) {
    const MotionField field(width, height);
    ck_assert_int_eq(field.columns, columns);
    ck_assert_int_eq(field.rows, rows);
    ck_assert_uint_eq(field.vectors.size(), static_cast<std::size_t>(columns * rows));
    for (const MotionVector& v : field.vectors) ck_assert(v.dx == 0 && v.dy == 0 && v.is_whole());
    ck_assert_double_eq(field.matched, 1);
  }
}
END_TEST

START_TEST(test_vectors_are_stored_row_by_row) {
  MotionField field(48, 32);
  for (int i = 0; i < 6; ++i) field.vectors[static_cast<std::size_t>(i)].dx = i;
  for (int row = 0; row < 2; ++row)
    for (int column = 0; column < 3; ++column)
      ck_assert_int_eq(std::as_const(field).at(column, row).dx, 3 * row + column);
  field.at(2, 1) = {7, 0};
  ck_assert_int_eq(field.vectors.back().dx, 7);
}
END_TEST

START_TEST(test_a_vector_with_a_fraction_is_not_whole) {
  ck_assert((MotionVector{-3, 5, 0, 0}).is_whole());
  ck_assert(!(MotionVector{-3, 5, 1, 0}).is_whole());
  ck_assert(!(MotionVector{-3, 5, 0, 3}).is_whole());
  ck_assert((MotionVector{1, 2, 3, 0} != MotionVector{1, 2, 3, 1}));
}
END_TEST

int main() {
  return run_suite("motion_field", {test_blocks_cover_the_plane, test_vectors_are_stored_row_by_row,
                                    test_a_vector_with_a_fraction_is_not_whole});
}
