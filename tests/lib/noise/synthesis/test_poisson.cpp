// SPDX-License-Identifier: LGPL-2.1-or-later
// Poisson numbers, and the noise that is made of them.
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "noise/synthesis/poisson.h"
#include "support/check.h"
#include "support/moments.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kMeansOfEveryKind[] = {0, 1e-9, 0.01, 0.5, 3.7, 12, 15.999, 16, 16.3, 40, 1000};

// Returns the values of the distribution function for 0, 1, ... until they are 1.
std::vector<double> distribution(double mean) {
  std::vector<double> result;
  double sum = 0;
  for (int k = 0; k < mean + 15 * std::sqrt(mean) + 40; ++k) {
    sum += mean > 0 ? std::exp(k * std::log(mean) - mean - std::lgamma(k + 1)) : k == 0;
    result.push_back(sum);
  }
  return result;
}

double normal_distribution(double z) { return 0.5 * std::erfc(-z / std::numbers::sqrt2); }

// Returns the largest normal deviate that makes a Poisson number of at most number.
double normal_limit(double mean, double number) {
  double low = -8, high = 8;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (poisson(mean, 0.5, middle) <= number ? low : high) = middle;
  }
  return low;
}

void check_moments(double level, float x) {
  constexpr int kCount = 400'000;
  std::vector<float> samples(kCount, x);
  add_noise(samples, NoiseModel::poisson_gaussian, level, 3);
  const Moments found = moments(samples);
  // Cumulants of independent parts add up. The cumulants of a Poisson number times g are its mean
  // times powers of g.
  const double g = level * level / 255 / 255;
  const double variance = g * x + g / 2;
  const double skewness = g * g * x / std::pow(variance, 1.5);
  const double kurtosis = 3 + g * g * g * x / (variance * variance);
  // The limits are five standard errors of the estimated moments. For the skewness they are
  // doubled, because the values are skewed themselves.
  const double error = 5 / std::sqrt(static_cast<double>(kCount));
  ck_assert_double_le(std::abs(found.mean - x), error * std::sqrt(variance));
  ck_assert_double_le(std::abs(found.deviation * found.deviation / variance - 1),
                      error * std::sqrt(kurtosis - 1));
  ck_assert_double_le(std::abs(found.skewness - skewness), 2 * error * std::sqrt(6));
}

}  // namespace

START_TEST(test_small_means_are_inverted_exactly) {
  for (double mean : kMeansOfEveryKind) {
    if (mean >= 16) continue;
    const std::vector<double> exact = distribution(mean);
    for (int i = 0; i < 20'000; ++i) {
      const double u = (i + 0.5) / 20'000;
      const double found = poisson(mean, u, 0);
      const double expected =
          static_cast<double>(std::upper_bound(exact.begin(), exact.end(), u) - exact.begin());
      if (found != expected) ck_abort_msg("mean %g, u %g: %g, not %g", mean, u, found, expected);
    }
    // This is the largest uniform deviate.
    ck_assert_double_le(poisson(mean, 1 - 0x1p-53, 0), mean + 60);
  }
}
END_TEST

START_TEST(test_large_means_follow_the_distribution) {
  for (double mean : kMeansOfEveryKind) {
    if (mean < 16) continue;
    const std::vector<double> exact = distribution(mean);
    for (std::size_t k = 0; k < exact.size(); ++k) {
      const double found = normal_distribution(normal_limit(mean, static_cast<double>(k)));
      if (std::abs(found - exact[k]) > 1.5e-4 * 16 / mean + 1e-5)
        ck_abort_msg("mean %g, up to %zu: %g, not %g", mean, k, found, exact[k]);
    }
  }
}
END_TEST

START_TEST(test_numbers_are_whole_and_not_negative) {
  for (double mean : kMeansOfEveryKind) {
    double before = 0;
    for (double z = -7; z < 7; z += 0.01) {
      const double number = poisson(mean, normal_distribution(z), z);
      ck_assert(number >= 0 && number == std::floor(number));
      ck_assert_double_ge(number, before);
      before = number;
    }
  }
  // No integer type holds such numbers.
  const double huge = poisson(1e30, 0.5, 1);
  ck_assert_double_eq_tol((huge - 1e30) / 1e15, 1, 0.2);
}
END_TEST

START_TEST(test_noise_has_the_moments_of_its_parts) {
  for (double level : {5.0, 25.0, 100.0})
    for (float x : {0.0f, 0.01f, 0.1f, 0.5f, 1.0f}) check_moments(level, x);
  // The level is the standard deviation at middle gray.
  std::vector<float> gray(400'000, 0.5f);
  add_noise(gray, NoiseModel::poisson_gaussian, 25, 8);
  ck_assert_double_eq_tol(moments(gray).deviation * 255, 25, 0.2);
}
END_TEST

START_TEST(test_noise_is_not_clipped_and_darkness_ends_at_black) {
  std::vector<float> white(10'000, 1.0f), black(10'000, 0.0f), below(10'000, -0.3f);
  for (std::vector<float>* samples : {&white, &black, &below})
    add_noise(*samples, NoiseModel::poisson_gaussian, 25, 3);
  ck_assert(*std::max_element(white.begin(), white.end()) > 1.2f);
  ck_assert(*std::min_element(black.begin(), black.end()) < -0.15f);
  ck_assert(black == below);
}
END_TEST

START_TEST(test_noise_changes_little_with_the_light) {
  // Each sample takes its own deviates, whatever the others are. Pictures that differ in one place
  // have the same noise elsewhere, when they are compared side by side.
  std::vector<float> even(5000, 0.7f), spotted(5000, 0.7f);
  spotted[17] = 0.01f;
  add_noise(even, NoiseModel::poisson_gaussian, 25, 3);
  add_noise(spotted, NoiseModel::poisson_gaussian, 25, 3);
  ck_assert(even[17] != spotted[17]);
  spotted[17] = even[17];
  ck_assert(even == spotted);
}
END_TEST

START_TEST(test_tiny_levels_are_nearly_nothing) {
  for (double level : {1e-3, 1e-9, 1e-170, std::numeric_limits<double>::min()}) {
    std::vector<float> samples(1000, 0.3f);
    add_noise(samples, NoiseModel::poisson_gaussian, level, 3);
    for (float x : samples) ck_assert_float_eq_tol(x, 0.3f, 7 * level / 255 + 1e-7);
  }
}
END_TEST

int main() {
  return run_suite(
      "poisson", {test_small_means_are_inverted_exactly, test_large_means_follow_the_distribution,
                  test_numbers_are_whole_and_not_negative, test_noise_has_the_moments_of_its_parts,
                  test_noise_is_not_clipped_and_darkness_ends_at_black,
                  test_noise_changes_little_with_the_light, test_tiny_levels_are_nearly_nothing});
}
