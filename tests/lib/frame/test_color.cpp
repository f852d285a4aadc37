// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <random>

#include "frame/color.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kTolerance = 2e-6;

void assert_color(const YCbCr& found, double y, double cb, double cr) {
  ck_assert_double_eq_tol(found.y, y, kTolerance);
  ck_assert_double_eq_tol(found.cb, cb, kTolerance);
  ck_assert_double_eq_tol(found.cr, cr, kTolerance);
}

}  // namespace

START_TEST(test_colours_of_bars_are_those_of_bt601) {
  assert_color(to_ycbcr(0, 0, 0), 0, 0, 0);
  assert_color(to_ycbcr(1, 1, 1), 1, 0, 0);
  // The strongest colour differences are 0.5.
  assert_color(to_ycbcr(1, 0, 0), 0.299, -0.299 / 1.772, 0.5);
  assert_color(to_ycbcr(0, 1, 0), 0.587, -0.587 / 1.772, -0.587 / 1.402);
  assert_color(to_ycbcr(0, 0, 1), 0.114, 0.5, -0.114 / 1.402);
  assert_color(to_ycbcr(1, 1, 0), 0.886, -0.5, 0.114 / 1.402);
}
END_TEST

START_TEST(test_the_way_back_is_the_inverse) {
  for (int r = -1; r <= 6; ++r)
    for (int g = -1; g <= 6; ++g)
      for (int b = -1; b <= 6; ++b) {
        // Corrections are colours, too, and may lie outside 0 ... 1.
        const Rgb rgb{static_cast<float>(r) / 5, static_cast<float>(g) / 5,
                      static_cast<float>(b) / 5};
        const Rgb back = to_rgb(to_ycbcr(rgb.r, rgb.g, rgb.b));
        ck_assert_double_eq_tol(back.r, rgb.r, kTolerance);
        ck_assert_double_eq_tol(back.g, rgb.g, kTolerance);
        ck_assert_double_eq_tol(back.b, rgb.b, kTolerance);
      }
}
END_TEST

START_TEST(test_limited_range_has_the_codes_of_video) {
  const auto codes = [](float y, float cb, float cr) {
    const YCbCr c = to_limited({y, cb, cr});
    return YCbCr{255 * c.y, 255 * c.cb, 255 * c.cr};
  };
  const YCbCr black = codes(0, 0, 0), white = codes(1, 0, 0), coloured = codes(0.5f, -0.5f, 0.5f);
  ck_assert_double_eq_tol(black.y, 16, 1e-4);
  ck_assert_double_eq_tol(black.cb, 0, 1e-4);
  ck_assert_double_eq_tol(white.y, 235, 1e-4);
  ck_assert_double_eq_tol(coloured.y, 125.5, 1e-4);
  ck_assert_double_eq_tol(coloured.cb, -112, 1e-4);
  ck_assert_double_eq_tol(coloured.cr, 112, 1e-4);
  const YCbCr back = from_limited(to_limited({0.3f, -0.2f, 0.4f}));
  assert_color(back, 0.3, -0.2, 0.4);
}
END_TEST

// The gains are compared with those of drawn noise.
START_TEST(test_noise_gains_are_those_of_noise) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise;
  double luma = 0, chroma = 0;
  constexpr int kSamples = 400000;
  for (int i = 0; i < kSamples; ++i) {
    const double r = noise(random), g = noise(random), b = noise(random);
    const double y = 0.299 * r + 0.587 * g + 0.114 * b;
    luma += y * y;
    chroma += (b - y) * (b - y) / (1.772 * 1.772) + (r - y) * (r - y) / (1.402 * 1.402);
  }
  ck_assert_double_eq_tol(rgb_luma_noise_gain(), std::sqrt(luma / kSamples), 0.005);
  ck_assert_double_eq_tol(rgb_chroma_noise_gain(), std::sqrt(chroma / 2 / kSamples), 0.005);
}
END_TEST

int main() {
  return run_suite(
      "color", {test_colours_of_bars_are_those_of_bt601, test_the_way_back_is_the_inverse,
                test_limited_range_has_the_codes_of_video, test_noise_gains_are_those_of_noise});
}
