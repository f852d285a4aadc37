// SPDX-License-Identifier: LGPL-2.1-or-later
// The noise levels that samples tell the network.
#include <algorithm>
#include <cmath>
#include <vector>

#include "training/one_sample.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_noise_has_the_conditioning_level) {
  SampleSettings settings = plain_settings(128, 0);
  settings.noise = {{NoiseModel::gaussian, 10, 60, 1}, {NoiseModel::gaussian, 0, 0, 1}};
  settings.equal_chroma_share = 0.5;
  const Sampler sampler({random_picture(200, 200, 3)}, settings);
  int silent = 0;
  int equal = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sample sample(sampler, seed);
    std::vector<float> luma;
    std::vector<float> chroma;
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x)
        for (int c = 0; c < 6; ++c) (c < 4 ? luma : chroma).push_back(sample.out(x, y, c));
    const double luma_sigma = sample.in(3, 9, 6) / 5;
    const double chroma_sigma = sample.in(3, 9, 7) / 5;
    // Five standard deviations of the estimate: sigma / sqrt(2 n).
    assert_near(deviation(luma), luma_sigma, 5 * luma_sigma / std::sqrt(2.0 * 16384) + 1e-7);
    assert_near(deviation(chroma), chroma_sigma, 5 * chroma_sigma / std::sqrt(2.0 * 8192) + 1e-7);
    if (luma_sigma == 0) {
      ++silent;
    } else {
      ck_assert(luma_sigma * 255 > 9.99 && luma_sigma * 255 < 60.01);
      ck_assert(chroma_sigma > 0.199 * luma_sigma && chroma_sigma < 1.001 * luma_sigma);
      equal += chroma_sigma == luma_sigma;
    }
  }
  // Chances below 1e-4 for a right sampler.
  ck_assert(silent > 7 && silent < 33);
  ck_assert(equal > 0 && equal < 40 - silent);
}
END_TEST

START_TEST(test_coefficient_noise_tells_its_deviation) {
  SampleSettings settings = plain_settings(32, 0);
  settings.noise = {{NoiseModel::coefficient, 0.2, 0.2, 1}};
  const Sampler sampler({random_picture(32, 32, 3)}, settings);
  assert_near(Sample(sampler, 1).in(0, 0, 6), 0.2 * 5, 1e-6);
}
END_TEST

START_TEST(test_conditioning_levels_follow_the_brightness) {
  // Half dark and half light; the noise of a sensor grows with the light.
  Picture picture = constant_picture(128, 64, {30, 30, 30});
  picture.pixels.colRange(64, 128).setTo(cv::Scalar::all(220));
  SampleSettings settings = plain_settings(64, 0);
  settings.noise = {{NoiseModel::poisson_gaussian, 20, 20, 1}};
  const Sampler dark({{picture.pixels.colRange(0, 64), "dark"}}, settings);
  const Sampler light({{picture.pixels.colRange(64, 128), "light"}}, settings);
  const auto check_level = [](const Sample& sample, double code) {
    std::vector<float> luma, chroma;
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x) {
        for (int c = 0; c < 4; ++c) luma.push_back(sample.out(x, y, c));
        for (int c = 4; c < 6; ++c) chroma.push_back(sample.out(x, y, c));
        // Where the local mean of noisy samples puts it.
        const double wanted = 20 * std::sqrt(code / 255 + 0.5) / 255 * 5;
        assert_near(sample.in(x, y, 6), wanted, 0.1 * wanted);
        assert_near(sample.in(x, y, 7), 20.0 / 255 * 5, 1e-3);
      }
    assert_near(deviation(luma) * 255, 20 * std::sqrt(code / 255 + 0.5), 1.2);
    assert_near(deviation(chroma) * 255, 20, 1.6);
  };
  check_level(Sample(dark, 1), 30);
  check_level(Sample(light, 1), 220);
}
END_TEST

START_TEST(test_conditioning_levels_of_chroma_know_the_colour) {
  SampleSettings settings = plain_settings(128, 0);
  settings.noise = {{NoiseModel::poisson_gaussian, 20, 20, 1}};
  // U = 254, V = 104 and U = 0, V = 148.
  for (const cv::Scalar& bgr : {cv::Scalar(255, 0, 0), cv::Scalar(0, 255, 255)}) {
    const Sample sample(Sampler({constant_picture(128, 128, bgr)}, settings), 3);
    double squares = 0;
    for (int y = 0; y < 64; ++y)
      for (int x = 0; x < 64; ++x)
        for (int c = 4; c < 6; ++c) squares += sample.out(x, y, c) * sample.out(x, y, c);
    const double found = std::sqrt(squares / 8192);
    // Five standard deviations of the estimate.
    assert_near(sample.in(0, 0, 7) / 5, found, 0.04 * found);
  }
}
END_TEST

START_TEST(test_conditioning_levels_can_be_wrong) {
  SampleSettings settings = plain_settings(32, 20);
  settings.level_error = 0.2;
  const Sampler wrong({random_picture(64, 64, 3)}, settings);
  settings.level_error = 0;
  const Sampler right({random_picture(64, 64, 3)}, settings);
  double lowest = 1;
  double highest = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Sample sample(wrong, seed);
    ck_assert(sample.target_values == Sample(right, seed).target_values);
    for (const int c : {6, 7}) {
      const double error = std::log(sample.in(0, 0, c) / 5 * 255 / 20);
      ck_assert(sample.in(0, 0, c) == sample.in(9, 12, c));
      lowest = std::min(lowest, error);
      highest = std::max(highest, error);
    }
    ck_assert(sample.in(0, 0, 6) != sample.in(0, 0, 7));
  }
  ck_assert(lowest > -0.2001 && lowest < -0.18);
  ck_assert(highest > 0.18 && highest < 0.2001);
}
END_TEST

int main() {
  return run_suite(
      "conditioning_levels",
      {test_noise_has_the_conditioning_level, test_coefficient_noise_tells_its_deviation,
       test_conditioning_levels_follow_the_brightness,
       test_conditioning_levels_of_chroma_know_the_colour, test_conditioning_levels_can_be_wrong});
}
