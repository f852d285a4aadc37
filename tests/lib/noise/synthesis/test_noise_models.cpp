// SPDX-License-Identifier: LGPL-2.1-or-later
// The effect of each row of the table of noise models on samples.
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "noise/synthesis/models.h"
#include "support/check.h"
#include "support/moments.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_rows_of_the_table) {
  for (const NoiseModelInfo& info : noise_models()) {
    ck_assert(&noise_model_info(info.model) == &info);
    ck_assert(noise_model_from_name(info.name) == info.model);
    ck_assert(info.default_level > 0 && info.default_level <= info.max_level);
    std::vector<float> samples(1000, 0.5f), again(1000, 0.5f), other(1000, 0.5f), none(1000, 0.5f);
    add_noise(samples, info.model, info.default_level, 1);
    add_noise(again, info.model, info.default_level, 1);
    add_noise(other, info.model, info.default_level, 2);
    add_noise(none, info.model, 0, 1);
    ck_assert(samples == again);
    ck_assert(samples != other);
    ck_assert(none == std::vector<float>(1000, 0.5f));
    for (double bad : {-1e-9, info.max_level * 1.01, std::numeric_limits<double>::quiet_NaN()})
      DAE_ASSERT_ERROR(add_noise(samples, info.model, bad, 1), bad_argument);
  }
  DAE_ASSERT_ERROR(noise_model_from_name("Gaussian"), bad_argument);
}
END_TEST

START_TEST(test_gaussian_has_its_deviation_and_no_limits) {
  for (double level : {1.0, 25.0, 100.0}) {
    std::vector<float> samples(200'000, 0.5f);
    add_noise(samples, NoiseModel::gaussian, level, 4);
    const Moments found = moments(samples);
    ck_assert_double_le(std::abs(found.mean - 0.5), 5 * level / 255 / std::sqrt(200'000.0));
    ck_assert_double_le(std::abs(found.deviation * 255 / level - 1), 0.01);
  }
  std::vector<float> white(1000, 1.0f);
  add_noise(white, NoiseModel::gaussian, 25, 4);
  ck_assert(*std::max_element(white.begin(), white.end()) > 1.1f);
}
END_TEST

START_TEST(test_coefficient_clips_the_same_noise) {
  std::vector<float> samples(100'000), gaussian(100'000);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = gaussian[i] = static_cast<float>(i) / 100'000;
  add_noise(samples, NoiseModel::coefficient, 0.3, 4);
  add_noise(gaussian, NoiseModel::gaussian, 0.3 * 255, 4);
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (std::abs(samples[i] - std::clamp(gaussian[i], 0.0f, 1.0f)) > 1e-6f)
      ck_abort_msg("sample %zu: %g, %g before clipping", i, samples[i], gaussian[i]);
}
END_TEST

START_TEST(test_coefficient_offset_brightens) {
  std::vector<float> samples(100'000), gaussian(100'000);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    samples[i] = static_cast<float>(i) / 100'000;
    gaussian[i] = samples[i] + 0.5f;
  }
  add_noise(samples, NoiseModel::coefficient_offset, 0.3, 4);
  add_noise(gaussian, NoiseModel::gaussian, 0.3 * 255, 4);
  for (std::size_t i = 0; i < samples.size(); ++i)
    if (std::abs(samples[i] - std::clamp(gaussian[i], 0.0f, 1.0f)) > 1e-6f)
      ck_abort_msg("sample %zu: %g, %g before clipping", i, samples[i], gaussian[i]);
  // The tutorials add N(0.5, 0.5), here to black and to white. A share of normal_part is more than
  // one standard deviation below the mean.
  const double normal_part = 0.5 * std::erfc(-1 / std::numbers::sqrt2);
  for (const auto& [x, white_part] : {std::pair{0.0f, 1 - normal_part}, {1.0f, normal_part}}) {
    std::vector<float> flat(100'000, x);
    add_noise(flat, NoiseModel::coefficient_offset, 0.5, 5);
    const double white = static_cast<double>(std::count(flat.begin(), flat.end(), 1.0f));
    // The limit is five standard errors.
    ck_assert_double_le(std::abs(white / 1e5 - white_part),
                        5 * std::sqrt(white_part * (1 - white_part) / 1e5));
  }
}
END_TEST

START_TEST(test_gaussian_variance_is_gaussian_of_its_root) {
  std::vector<float> samples(200'000, 0.5f), gaussian(1000, 0.5f);
  add_noise(samples, NoiseModel::gaussian_variance, 550, 4);
  const Moments found = moments(samples);
  ck_assert_double_le(std::abs(found.mean - 0.5), 5 * 23.452 / 255 / std::sqrt(200'000.0));
  ck_assert_double_le(std::abs(found.deviation * found.deviation * 255 * 255 / 550 - 1), 0.02);
  samples.assign(1000, 0.5f);
  add_noise(samples, NoiseModel::gaussian_variance, 10'000, 4);
  add_noise(gaussian, NoiseModel::gaussian, 100, 4);
  ck_assert(samples == gaussian);
}
END_TEST

START_TEST(test_salt_pepper_replaces_its_share) {
  for (double level : {0.01, 0.1, 0.6, 1.0}) {
    constexpr int kCount = 200'000;
    // The samples are uniform, without 0 and 1.
    std::vector<float> clean(kCount);
    for (int i = 0; i < kCount; ++i)
      clean[i] = static_cast<float>((i * 7919LL % kCount + 0.5) / kCount);
    std::vector<float> samples = clean;
    add_noise(samples, NoiseModel::salt_pepper, level, 6);
    double salt = 0, pepper = 0, square_error = 0;
    for (int i = 0; i < kCount; ++i) {
      salt += samples[i] == 1;
      pepper += samples[i] == 0;
      ck_assert(samples[i] == clean[i] || samples[i] == 0 || samples[i] == 1);
      square_error += std::pow(samples[i] - clean[i], 2);
    }
    // The limits are five standard errors of a count.
    const double expected = level / 2 * kCount;
    const double error = 5 * std::sqrt(expected * (1 - level / 2));
    ck_assert_double_le(std::abs(salt - expected), error);
    ck_assert_double_le(std::abs(pepper - expected), error);
    const double sigma = std::sqrt(square_error / kCount) * 255;
    ck_assert_double_le(std::abs(noise_sigma_8bit(NoiseModel::salt_pepper, level) / sigma - 1),
                        5 / std::sqrt(2 * expected));
  }
}
END_TEST

START_TEST(test_salt_and_pepper_fall_anywhere) {
  constexpr int kCount = 200'000;
  std::vector<float> samples(kCount, 0.5f);
  add_noise(samples, NoiseModel::salt_pepper, 0.5, 9);
  // Pairs of replaced samples, and of white ones, are as frequent as independent ones. The
  // distances are those of neighbours and powers of two.
  for (int lag : {1, 16, 1024}) {
    double both = 0, salts = 0;
    for (int i = lag; i < kCount; ++i) {
      both += samples[i] != 0.5f && samples[i - lag] != 0.5f;
      salts += samples[i] == 1 && samples[i - lag] == 1;
    }
    ck_assert_double_le(std::abs(both - kCount / 4.0), 5 * std::sqrt(kCount / 4.0));
    ck_assert_double_le(std::abs(salts - kCount / 16.0), 5 * std::sqrt(kCount / 16.0));
  }
}
END_TEST

START_TEST(test_sigma_is_the_deviation_before_clipping) {
  const std::vector<std::tuple<NoiseModel, double, double>> known = {
      {NoiseModel::gaussian, 25, 25},
      {NoiseModel::coefficient, 0.5, 127.5},
      {NoiseModel::coefficient_offset, 0.5, 127.5},
      {NoiseModel::gaussian_variance, 550, 23.4520788},
      {NoiseModel::poisson_gaussian, 25, 25},
      {NoiseModel::salt_pepper, 0.1, 46.5564174},
  };
  ck_assert_uint_eq(known.size(), noise_models().size());
  for (const auto& [model, level, sigma] : known)
    ck_assert_double_eq_tol(noise_sigma_8bit(model, level), sigma, 1e-6);
  for (const NoiseModelInfo& info : noise_models()) {
    ck_assert_double_eq(noise_sigma_8bit(info.model, 0), 0);
    ck_assert_double_lt(noise_sigma_8bit(info.model, info.default_level),
                        noise_sigma_8bit(info.model, info.max_level));
  }
}
END_TEST

START_TEST(test_curves_are_the_deviation_at_each_code) {
  for (const NoiseModelInfo& info : noise_models()) {
    // With this level nothing is clipped at these codes. salt_pepper is left out, because its noise
    // does not depend on the code alone.
    const bool clipped = info.max_level <= 1;
    if (info.model == NoiseModel::salt_pepper) continue;
    const double level = clipped ? 0.02 : 5;
    for (const int code : {40, 128, 230}) {
      if (info.model == NoiseModel::coefficient_offset && code > 100) continue;
      std::vector<float> samples(100'000, static_cast<float>(code) / 255);
      add_noise(samples, info.model, level, 11);
      const double predicted = noise_curve(info.model, level).level(code);
      // The limit is five standard deviations of the estimate, which are sigma / sqrt(2 n).
      ck_assert_msg(std::abs(moments(samples).deviation * 255 / predicted - 1) < 0.012, "%s at %d",
                    std::string(info.name).c_str(), code);
    }
    ck_assert_double_eq_tol(noise_curve(info.model, level).level(127.5),
                            noise_sigma_8bit(info.model, level), 1e-9);
  }
  const NoiseCurve salt_pepper = noise_curve(NoiseModel::salt_pepper, 0.1);
  ck_assert_double_eq(salt_pepper.slope, 0);
  ck_assert_double_eq_tol(salt_pepper.level(0), 46.5564174, 1e-6);
}
END_TEST

int main() {
  return run_suite(
      "noise_models",
      {test_rows_of_the_table, test_gaussian_has_its_deviation_and_no_limits,
       test_coefficient_clips_the_same_noise, test_coefficient_offset_brightens,
       test_gaussian_variance_is_gaussian_of_its_root, test_salt_pepper_replaces_its_share,
       test_salt_and_pepper_fall_anywhere, test_sigma_is_the_deviation_before_clipping,
       test_curves_are_the_deviation_at_each_code});
}
