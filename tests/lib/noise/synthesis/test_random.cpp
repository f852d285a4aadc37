// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "noise/synthesis/random.h"
#include "support/check.h"
#include "support/moments.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// Returns the largest distance between the distribution of the values and the normal one
// (Kolmogorov, Smirnov).
double distance_from_normal(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  double distance = 0;
  const double count = static_cast<double>(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = 0.5 * std::erfc(-values[i] / std::numbers::sqrt2);
    distance =
        std::max({distance, std::abs(expected - i / count), std::abs(expected - (i + 1) / count)});
  }
  return distance;
}

double correlation(const std::vector<float>& values, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < values.size(); ++i) sum += values[i] * values[i - lag];
  return sum / static_cast<double>(values.size() - lag);
}

}  // namespace

START_TEST(test_one_normal_follows_box_and_muller) {
  Random random(7), bits_of_it(7);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t bits = bits_of_it.next();
    const double u = ((bits & 0xffffffff) / 2 + 0.5) / 0x1p31;
    const double turn = static_cast<std::int32_t>(bits >> 32) / 0x1p32;
    const double expected = std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * turn);
    ck_assert_double_eq_tol(random.normal(), expected, 5e-5);
  }
}
END_TEST

START_TEST(test_many_normals_are_normal) {
  constexpr std::size_t kCount = 1'000'000;
  std::vector<float> values(kCount);
  Random(11).fill_normal(values);
  const Moments found = moments(values);
  // The limits are five standard errors of each statistic.
  const double error = 5 / std::sqrt(static_cast<double>(kCount));
  ck_assert_double_le(std::abs(found.mean), error);
  ck_assert_double_le(std::abs(found.deviation - 1), error * std::sqrt(0.5));
  ck_assert_double_le(std::abs(found.skewness), error * std::sqrt(6));
  ck_assert_double_le(std::abs(found.kurtosis - 3), error * std::sqrt(24));
  // The limit is exceeded once in 10^5 seeds.
  ck_assert_double_le(distance_from_normal(values), 2.5 / std::sqrt(static_cast<double>(kCount)));
  // These are the distances of neighbours, of the two of a pair, of numbers of the same lane, and
  // of rows of a small picture.
  for (std::size_t lag : {1, 2, 16, 32, 33, 320})
    ck_assert_double_le(std::abs(correlation(values, lag)), error);
  for (double limit : {3.0, 4.0}) {
    const auto beyond =
        std::count_if(values.begin(), values.end(), [&](float x) { return std::abs(x) > limit; });
    const double expected = kCount * std::erfc(limit / std::numbers::sqrt2);
    ck_assert_double_le(std::abs(beyond - expected), 5 * std::sqrt(expected));
  }
}
END_TEST

START_TEST(test_uniform_numbers_fill_the_range) {
  Random random(3);
  std::vector<double> values(100'000);
  for (double& x : values) x = random.uniform();
  ck_assert_double_le(std::abs(moments(values).mean - 0.5), 5 * std::sqrt(1 / 12e5));
  ck_assert_double_le(std::abs(moments(values).deviation - std::sqrt(1 / 12.0)), 0.003);
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  ck_assert(*least >= 0 && *least < 0.001 && *greatest > 0.999 && *greatest < 1);
}
END_TEST

START_TEST(test_sequences_differ) {
  std::vector<std::uint64_t> first;
  for (std::uint64_t seed : {0, 1, 2})
    for (std::uint64_t stream : {0, 1, 2})
      for (std::uint64_t substream : {0, 1, 2})
        first.push_back(Random(seed, stream, substream).next());
  std::sort(first.begin(), first.end());
  ck_assert(std::adjacent_find(first.begin(), first.end()) == first.end());
  ck_assert(Random(5, 6, 7).next() == Random(5, 6, 7).next());
}
END_TEST

START_TEST(test_skipped_numbers_are_those_of_next) {
  Random called(3), skipped(3);
  for (int i = 0; i < 100; ++i) called.next();
  skipped.skip(100);
  ck_assert(called.next() == skipped.next());
}
END_TEST

START_TEST(test_filling_takes_the_same_calls_for_any_size) {
  for (const std::size_t size : {1u, 15u, 16u, 33u, 1000u}) {
    Random filled(3), skipped(3);
    std::vector<float> values(size);
    filled.fill_normal(values);
    skipped.skip(Random::kDrawsOfFill);
    ck_assert(filled.next() == skipped.next());
  }
}
END_TEST

int main() {
  return run_suite("random", {test_one_normal_follows_box_and_muller, test_many_normals_are_normal,
                              test_uniform_numbers_fill_the_range, test_sequences_differ,
                              test_skipped_numbers_are_those_of_next,
                              test_filling_takes_the_same_calls_for_any_size});
}
