// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <random>

#include "motion/half_position.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

struct Size {
  int width;
  int height;
};

// Tries all luma pixels that the samples of the packed position (x, y) come from or lie between.
bool slow_is_inside(const Size& size, int x, int y, const MotionVector& v) {
  for (int luma_y = 2 * y; luma_y < 2 * y + 2; ++luma_y)
    for (int luma_x = 2 * x; luma_x < 2 * x + 2; ++luma_x)
      for (int next_y = 0; next_y <= (v.fy != 0 ? 1 : 0); ++next_y)
        for (int next_x = 0; next_x <= (v.fx != 0 ? 1 : 0); ++next_x) {
          const int from_x = luma_x + v.dx + next_x, from_y = luma_y + v.dy + next_y;
          if (from_x < 0 || from_x >= 2 * size.width || from_y < 0 || from_y >= 2 * size.height)
            return false;
        }
  return true;
}

}  // namespace

START_TEST(test_bilinear_weighs_the_four_values) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> value(-1, 1), weight(0, 1);
  for (int i = 0; i < 1000; ++i) {
    const float a = value(random), b = value(random), c = value(random), d = value(random);
    const double right = weight(random), lower = weight(random);
    const double expected =
        (1 - lower) * ((1 - right) * a + right * b) + lower * ((1 - right) * c + right * d);
    ck_assert_double_eq_tol(
        bilinear(a, b, c, d, static_cast<float>(right), static_cast<float>(lower)), expected, 1e-6);
    ck_assert_float_eq(bilinear(a, a, a, a, static_cast<float>(right), static_cast<float>(lower)),
                       a);
  }
}
END_TEST

START_TEST(test_a_vector_leads_to_half_its_length) {
  for (int dx = -17; dx <= 17; ++dx)
    for (int fx = 0; fx < 4; ++fx) {
      const HalfPosition at(MotionVector{dx, 5, fx, 1});
      const double expected = (dx + fx / 4.0) / 2;
      ck_assert_int_eq(at.x, static_cast<int>(std::floor(expected)));
      ck_assert_double_eq(at.x + static_cast<double>(at.right), expected);
      ck_assert_int_eq(at.y, 2);
      ck_assert_double_eq(at.lower, 0.625);
      const HalfPosition turned(MotionVector{5, dx, 1, fx});
      ck_assert(turned.y == at.x && turned.lower == at.right && turned.x == 2);
    }
}
END_TEST

START_TEST(test_it_interpolates_with_its_own_weights) {
  const HalfPosition at(MotionVector{0, 1, 2, 0});  // a quarter to the right, a half down
  ck_assert_float_eq(at.between(0, 4, 8, 20), 6);
}
END_TEST

START_TEST(test_positions_are_inside_if_all_their_pixels_are) {
  const Size size{5, 3};
  int inside = 0, outside = 0;
  for (int x = 0; x < size.width; ++x)
    for (int y = 0; y < size.height; ++y)
      for (int dx = -11; dx <= 11; ++dx)
        for (int dy = -7; dy <= 7; ++dy)
          for (int fraction = 0; fraction < 16; ++fraction) {
            const MotionVector v{dx, dy, fraction % 4, fraction / 4};
            const bool expected = slow_is_inside(size, x, y, v);
            if (is_inside(size, x, y, v) != expected)
              ck_abort_msg("position %d,%d, vector %d %d %d %d", x, y, dx, dy, v.fx, v.fy);
            ++(expected ? inside : outside);
          }
  ck_assert(inside > 1000 && outside > 1000);
}
END_TEST

int main() {
  return run_suite("half_position",
                   {test_bilinear_weighs_the_four_values, test_a_vector_leads_to_half_its_length,
                    test_it_interpolates_with_its_own_weights,
                    test_positions_are_inside_if_all_their_pixels_are});
}
