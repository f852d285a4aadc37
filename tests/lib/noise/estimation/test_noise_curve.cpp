// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "noise/estimation/noise_curve.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// Blocks of white noise around one code. mask_variance has 68 degrees of freedom.
std::vector<BlockNoise> noisy_blocks(int count, double code, double variance,
                                     std::mt19937& random) {
  std::chi_squared_distribution<double> chi_squared(68);
  std::vector<BlockNoise> blocks;
  for (int i = 0; i < count; ++i) blocks.push_back({code, variance * chi_squared(random) / 68});
  return blocks;
}

// Adds frames of blocks of all brightnesses, whose variance is variance_of(code).
template <typename Variance>
void add_frames(NoiseHistogram& histogram, int frames, const Variance& variance_of,
                std::mt19937& random) {
  for (int i = 0; i < frames; ++i) {
    std::vector<BlockNoise> blocks;
    for (int code = 8; code < 256; code += 16) {
      const auto more = noisy_blocks(20, code, variance_of(code), random);
      blocks.insert(blocks.end(), more.begin(), more.end());
    }
    std::shuffle(blocks.begin(), blocks.end(), random);
    ck_assert(histogram.add(blocks));
  }
}

}  // namespace

START_TEST(test_variance_is_a_line_between_two_codes) {
  const NoiseCurve curve{.slope = 0.5, .offset = 20, .lowest = 30, .highest = 200};
  ck_assert_double_eq_tol(curve.variance(100), 70, 1e-12);
  ck_assert_double_eq_tol(curve.level(100), std::sqrt(70), 1e-12);
  ck_assert_double_eq_tol(curve.variance(0), 35, 1e-12);
  ck_assert_double_eq_tol(curve.variance(255), 120, 1e-12);
  const NoiseCurve falling{.slope = -1, .offset = 100};
  ck_assert_double_eq(falling.variance(150), 0);
  ck_assert_double_eq(falling.level(150), 0);
  for (double code : {0.0, 100.0, 255.0}) ck_assert_double_eq(kUnitNoise.level(code), 1);
}
END_TEST

START_TEST(test_no_points_give_no_noise) {
  const NoiseCurve curve = fit_noise_curve({});
  for (double code : {0.0, 100.0, 255.0}) ck_assert_double_eq(curve.variance(code), 0);
}
END_TEST

START_TEST(test_well_known_points_are_followed) {
  std::vector<NoisePoint> points;
  for (double code = 20; code <= 220; code += 20) points.push_back({1e7, code, 0.4 * code + 10});
  const NoiseCurve curve = fit_noise_curve(points);
  ck_assert_double_eq_tol(curve.slope, 0.4, 1e-3);
  ck_assert_double_eq_tol(curve.offset, 10, 0.05);
  ck_assert_double_eq(curve.lowest, 20);
  ck_assert_double_eq(curve.highest, 220);
}
END_TEST

START_TEST(test_one_point_gives_a_constant) {
  const std::vector<NoisePoint> points = {{1000, 128, 50}};
  const NoiseCurve curve = fit_noise_curve(points);
  for (double code : {0.0, 128.0, 255.0}) ck_assert_double_eq_tol(curve.variance(code), 50, 1e-9);
}
END_TEST

START_TEST(test_fewer_samples_flatten_the_curve) {
  double before = 0;
  for (const double samples : {1.0, 30.0, 1e3, 1e6}) {
    const std::vector<NoisePoint> points = {{samples, 50, 10}, {samples, 200, 60}};
    const NoiseCurve curve = fit_noise_curve(points);
    ck_assert(curve.slope > before && curve.slope < 50.0 / 150);
    before = curve.slope;
  }
  ck_assert_double_gt(before, 0.99 * 50 / 150);
}
END_TEST

START_TEST(test_points_count_by_how_well_they_are_known) {
  // Two good points are on a line; a poor one far from it hardly moves the fit.
  const std::vector<NoisePoint> points = {{1e6, 50, 20}, {10, 120, 90}, {1e6, 200, 50}};
  const NoiseCurve curve = fit_noise_curve(points);
  ck_assert_double_eq_tol(curve.variance(50), 20, 0.5);
  ck_assert_double_eq_tol(curve.variance(200), 50, 0.5);
}
END_TEST

START_TEST(test_histogram_finds_the_noise_of_each_brightness) {
  std::mt19937 random(1);
  NoiseHistogram histogram;
  ck_assert(histogram.empty());
  add_frames(
      histogram, 40, [](double code) { return 30 + 0.5 * code; }, random);
  ck_assert(!histogram.empty());
  const NoiseCurve curve = histogram.fit();
  for (double code : {20.0, 128.0, 240.0})
    ck_assert_double_eq_tol(curve.variance(code) / (30 + 0.5 * code), 1, 0.05);
  histogram.clear();
  ck_assert(histogram.empty());
  ck_assert_double_eq(histogram.fit().variance(128), 0);
}
END_TEST

START_TEST(test_histogram_follows_half_of_a_step_in_7_frames) {
  std::mt19937 random(2);
  NoiseHistogram histogram;
  add_frames(
      histogram, 40, [](double) { return 100; }, random);
  add_frames(
      histogram, 7, [](double) { return 300; }, random);
  ck_assert_double_eq_tol(histogram.fit().variance(128), 200, 15);
}
END_TEST

START_TEST(test_few_blocks_of_a_brightness_say_nothing) {
  std::mt19937 random(3);
  NoiseHistogram histogram;
  std::vector<BlockNoise> blocks;
  for (int code = 8; code < 256; code += 16)
    for (const BlockNoise& block : noisy_blocks(3, code, 100, random)) blocks.push_back(block);
  ck_assert(!histogram.add(blocks));
  ck_assert(histogram.empty());
  blocks.push_back({8, 100});
  ck_assert(histogram.add(blocks));
}
END_TEST

int main() {
  return run_suite(
      "noise_curve",
      {test_variance_is_a_line_between_two_codes, test_no_points_give_no_noise,
       test_well_known_points_are_followed, test_one_point_gives_a_constant,
       test_fewer_samples_flatten_the_curve, test_points_count_by_how_well_they_are_known,
       test_histogram_finds_the_noise_of_each_brightness,
       test_histogram_follows_half_of_a_step_in_7_frames,
       test_few_blocks_of_a_brightness_say_nothing});
}
