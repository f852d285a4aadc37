// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "noise/estimation/estimate.h"
#include "noise/synthesis/random.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/scenes.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// Draws slopes, a disc with a hard edge and a stripe of fine texture. Most of the picture is flat,
// as in photographs.
void draw_picture(const FrameView& frame, int brightness) {
  const FormatInfo& info = format_info(frame.format);
  for (int c = 0; c < info.component_count; ++c) {
    const int width = info.component_width(c, frame.width);
    const int height = info.component_height(c, frame.height);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        double code = brightness + 30.0 * x / width - 20.0 * y / height;
        if (std::hypot(x - width / 2, y - height / 3) < height / 5.0) code += 60;
        if (y > height * 3 / 4) code += 25 * std::sin(1.9 * x + 0.4 * y) * std::sin(2.3 * y);
        set_sample(frame, c, x, y, deepened(info, std::clamp(code, 0.0, 255.0)));
      }
  }
}

double estimate_of_picture(PixelFormat format, int width, int height, int brightness,
                           double level) {
  GuardedFrame frame(format, width, height);
  draw_picture(frame.view(), brightness);
  add_noise(frame.view(), frame.view(), NoiseModel::gaussian, level, 1, 0);
  const double estimate = estimate_noise_level(frame.view());
  ck_assert(frame.outside_unchanged());
  return estimate;
}

void check_estimate(double estimate, double level, const std::string& where = "this frame",
                    double tolerance = 1) {
  ck_assert_msg(std::abs(estimate - level) <= std::max(tolerance, 0.1 * level),
                "noise of level %g in %s is estimated as %g", level, where.c_str(), estimate);
}

}  // namespace

START_TEST(test_finds_the_level_in_each_format) {
  for (const FormatInfo& info : direct_formats())
    for (double level : {0.0, 3.0, 10.0, 25.0, 50.0})
      // The stripe of fine texture counts as a little noise in the clean picture of 12 bits.
      check_estimate(estimate_of_picture(info.format, 333, 241, 100, level), level,
                     std::string(info.name), info.depth == 12 && level == 0 ? 1.5 : 1);
}
END_TEST

// As documented, deep samples are rounded to 8 bits, which adds to weak noise.
START_TEST(test_weak_noise_of_deep_samples_carries_their_rounding) {
  for (const PixelFormat format : {PixelFormat::gray16_le, PixelFormat::p010_10le})
    for (double level : {0.5, 1.0, 2.0}) {
      const double estimate = estimate_of_picture(format, 640, 360, 100, level);
      ck_assert_double_eq_tol(estimate, std::sqrt(level * level + 1 / 12.0), 0.1 * level);
    }
}
END_TEST

START_TEST(test_finds_the_level_at_any_size) {
  for (const auto& [width, height] : {std::pair{64, 48}, {160, 120}, {1280, 720}, {1920, 1080}})
    for (double level : {5.0, 30.0}) {
      const double estimate = estimate_of_picture(PixelFormat::gray8, width, height, 100, level);
      // A small picture has few blocks, which say less.
      ck_assert_double_le(std::abs(estimate - level), (width < 100 ? 0.25 : 0.1) * level);
    }
}
END_TEST

START_TEST(test_allows_for_clipping) {
  for (int brightness : {15, 30, 205, 220})
    for (double level : {10.0, 25.0, 50.0})
      check_estimate(estimate_of_picture(PixelFormat::i420, 640, 360, brightness, level), level);
}
END_TEST

START_TEST(test_black_bars_do_not_count) {
  GuardedFrame frame(PixelFormat::i420, 640, 480);
  draw_picture(frame.view(), 100);
  add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 15, 1, 0);
  for (int y = 0; y < 480; ++y)
    if (y < 64 || y >= 416) std::fill_n(frame.view().row(0, y), 640, 16);
  check_estimate(estimate_noise_level(frame.view()), 15);
}
END_TEST

START_TEST(test_flat_pictures_have_none) {
  for (std::uint8_t code : {0, 16, 128, 255}) {
    GuardedFrame frame(PixelFormat::i420, 320, 240);
    for (int c = 0; c < 3; ++c) fill_component(frame.view(), c, code);
    ck_assert_double_eq(estimate_noise_level(frame.view()), 0);
  }
}
END_TEST

START_TEST(test_finds_correlated_noise) {
  LumaPlane clean(640, 360);
  const FrameView view{PixelFormat::gray8, 640, 360, {clean.samples.data()}, {640}};
  draw_picture(view, 100);
  const auto estimate_of = [](const LumaPlane& plane) {
    return estimate_noise_level({PixelFormat::gray8, 640, 360, {plane.samples.data()}, {640}});
  };
  for (double level : {3.0, 5.0, 10.0, 20.0}) {
    const double estimate = estimate_of(with_correlated_noise(clean, level, 1));
    ck_assert_msg(std::abs(estimate - level) <= 0.2 * level,
                  "correlated noise of level %g is estimated as %g", level, estimate);
  }
}
END_TEST

// The dark half holds the flattest blocks of the picture, with little noise.
START_TEST(test_correlated_noise_is_that_of_all_brightness) {
  LumaPlane dark(320, 360), bright = TexturedCanvas(320, 360, 5).crop(0, 0, 320, 360, 0.03, 160);
  std::fill(dark.samples.begin(), dark.samples.end(), std::uint8_t{60});
  dark = with_correlated_noise(dark, 3, 1);
  bright = with_correlated_noise(bright, 9, 2);
  LumaPlane plane(640, 360);
  for (int y = 0; y < 360; ++y)
    for (int x = 0; x < 640; ++x) plane.at(x, y) = x < 320 ? dark.at(x, y) : bright.at(x - 320, y);
  const double estimate =
      estimate_noise_level({PixelFormat::gray8, 640, 360, {plane.samples.data()}, {640}});
  ck_assert_msg(std::abs(estimate - 6) <= 1.2, "a mean level of 6 is estimated as %g", estimate);
}
END_TEST

// A camera or compression may leave nothing of the noise in the shadows.
START_TEST(test_crushed_shadows_do_not_hide_correlated_noise) {
  LumaPlane shadows(160, 360), rest(480, 360);
  std::fill(shadows.samples.begin(), shadows.samples.end(), std::uint8_t{20});
  shadows = with_noise(shadows, 0.3, 1);
  for (int y = 0; y < 360; ++y)
    for (int x = 0; x < 480; ++x) rest.at(x, y) = static_cast<std::uint8_t>(60 + x / 4 + y / 8);
  rest = with_correlated_noise(rest, 8, 2);
  LumaPlane plane(640, 360);
  for (int y = 0; y < 360; ++y)
    for (int x = 0; x < 640; ++x) plane.at(x, y) = x < 160 ? shadows.at(x, y) : rest.at(x - 160, y);
  const NoiseMeasurement noise =
      measure_noise({PixelFormat::gray8, 640, 360, {plane.samples.data()}, {640}}, 0);
  ck_assert_double_gt(noise.correlation, 12);
  ck_assert_msg(std::abs(noise.level() - 6) <= 1.2, "a mean level of 6 is estimated as %g",
                noise.level());
}
END_TEST

// The noise is read from a plain wall. The texture elsewhere may be as coarse as the noise.
START_TEST(test_texture_adds_little_to_correlated_noise) {
  LumaPlane plane = TexturedCanvas(640, 360, 3).crop(0, 0, 640, 360);
  std::fill_n(plane.samples.begin(), 640 * 120, std::uint8_t{128});
  plane = with_correlated_noise(plane, 4, 1);
  const double estimate =
      estimate_noise_level({PixelFormat::gray8, 640, 360, {plane.samples.data()}, {640}});
  ck_assert_msg(estimate > 3 && estimate < 9, "noise of level 4 is estimated as %g", estimate);
}
END_TEST

// Only two patches are not saturated, but at half the size everything is gray.
START_TEST(test_dithered_pictures_have_few_blocks) {
  LumaPlane plane(640, 360);
  Random random(3);
  for (std::uint8_t& code : plane.samples) code = random.normal() > 0 ? 255 : 0;
  LumaPlane gray(64, 20);
  std::fill(gray.samples.begin(), gray.samples.end(), std::uint8_t{128});
  gray = with_correlated_noise(gray, 5, 1);
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 64; ++x) plane.at(x, y) = gray.at(x, y);
  const NoiseMeasurement noise =
      measure_noise({PixelFormat::gray8, 640, 360, {plane.samples.data()}, {640}}, 0);
  ck_assert_double_gt(noise.variance, 0);
  ck_assert_double_lt(noise.variance, 25);
  ck_assert_double_eq(noise.correlation, 1);
}
END_TEST

// The bright half has blocks without any high frequencies, by which nothing may be divided. It has
// no noise, which counts in the mean.
START_TEST(test_slopes_without_noise_beside_noise) {
  LumaPlane plane(640, 360);
  std::fill(plane.samples.begin(), plane.samples.end(), std::uint8_t{60});
  plane = with_correlated_noise(plane, 3, 1);
  for (int y = 0; y < 360; ++y)
    for (int x = 320; x < 640; ++x)
      plane.at(x, y) = static_cast<std::uint8_t>(110 + (x - 320) / 4 + y / 6);
  const NoiseMeasurement noise =
      measure_noise({PixelFormat::gray8, 640, 360, {plane.samples.data()}, {640}}, 0);
  ck_assert_double_gt(noise.correlation, 10);
  ck_assert_msg(std::abs(noise.level() - 1.5) <= 0.3, "a mean level of 1.5 is estimated as %g",
                noise.level());
}
END_TEST

// Noise that was smoothed twice is stronger at a quarter of the size than at half, and has few high
// frequencies.
START_TEST(test_finds_coarse_noise) {
  LumaPlane clean(640, 360);
  const FrameView view{PixelFormat::gray8, 640, 360, {clean.samples.data()}, {640}};
  draw_picture(view, 100);
  const auto measured = [](const LumaPlane& plane, ThreadPool* pool = nullptr) {
    return measure_noise({PixelFormat::gray8, 640, 360, {plane.samples.data()}, {640}}, 0, pool);
  };
  const auto coarse = [&](double level) {
    LumaPlane gray(640, 360);
    std::fill(gray.samples.begin(), gray.samples.end(), std::uint8_t{128});
    const LumaPlane noise = with_correlated_noise(gray, level, 1);
    LumaPlane plane = clean;
    for (int y = 1; y + 1 < 360; ++y)
      for (int x = 1; x + 1 < 640; ++x) {
        int sum = 0;
        for (int i = 0; i < 9; ++i) sum += noise.at(x - 1 + i % 3, y - 1 + i / 3) - 128;
        plane.at(x, y) = static_cast<std::uint8_t>(std::clamp(clean.at(x, y) + sum / 8, 0, 255));
      }
    return plane;
  };
  const NoiseMeasurement noise = measured(coarse(2.5));
  ck_assert_double_gt(noise.correlation, 6);
  ThreadPool pool(3);
  ck_assert_double_eq(measured(coarse(2.5), &pool).correlation, noise.correlation);
  for (double level : {0.0, 2.0, 5.0, 20.0}) {
    const NoiseMeasurement white = measured(with_noise(clean, level, 1));
    if (level > 0) ck_assert_double_eq(white.correlation, 1);
  }
}
END_TEST

// A clean picture has more variance at half its size than white noise has, but it differs from
// place to place.
START_TEST(test_clean_texture_is_not_correlated_noise) {
  for (std::uint32_t seed : {1u, 2u, 3u, 4u}) {
    LumaPlane clean = TexturedCanvas(640, 360, seed).crop(0, 0, 640, 360);
    for (int y = 0; y < 360; ++y)
      for (int x = 0; x < 640; ++x) {
        const double contrast = std::pow((x + 60) / 700.0, 2);
        clean.at(x, y) =
            static_cast<std::uint8_t>(std::lround(128 + (clean.at(x, y) - 128) * contrast));
      }
    const NoiseMeasurement noise =
        measure_noise({PixelFormat::gray8, 640, 360, {clean.samples.data()}, {640}}, 0);
    ck_assert_double_eq(noise.correlation, 1);
  }
}
END_TEST

START_TEST(test_small_frames_give_zero) {
  for (const auto& [width, height] : {std::pair{1, 1}, {17, 400}, {400, 17}}) {
    const GuardedFrame frame(PixelFormat::i420, width, height);
    ck_assert_double_eq(estimate_noise_level(frame.view()), 0);
  }
  ck_assert_double_gt(estimate_noise_level(GuardedFrame(PixelFormat::gray8, 18, 18).view()), 0);
}
END_TEST

int main() {
  return run_suite(
      "estimate",
      {test_finds_the_level_in_each_format, test_weak_noise_of_deep_samples_carries_their_rounding,
       test_finds_the_level_at_any_size, test_allows_for_clipping, test_black_bars_do_not_count,
       test_flat_pictures_have_none, test_finds_correlated_noise,
       test_correlated_noise_is_that_of_all_brightness,
       test_crushed_shadows_do_not_hide_correlated_noise,
       test_texture_adds_little_to_correlated_noise, test_dithered_pictures_have_few_blocks,
       test_slopes_without_noise_beside_noise, test_finds_coarse_noise,
       test_clean_texture_is_not_correlated_noise, test_small_frames_give_zero});
}
