// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "noise/random.h"
#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

struct Moments {
  double mean = 0, deviation = 0, skewness = 0, kurtosis = 0;
};

template <typename Values>
Moments moments(const Values& values) {
  double sum[5] = {};
  for (double x : values)
    for (int k = 0; k < 5; ++k) sum[k] += std::pow(x, k);
  const double m = sum[1] / sum[0], m2 = sum[2] / sum[0], m3 = sum[3] / sum[0];
  const double variance = m2 - m * m;
  return {
      m, std::sqrt(variance), (m3 - 3 * m * m2 + 2 * m * m * m) / std::pow(variance, 1.5),
      (sum[4] / sum[0] - 4 * m * m3 + 6 * m * m * m2 - 3 * m * m * m * m) / (variance * variance)};
}

// Largest distance between the distribution of the values and the normal one (Kolmogorov, Smirnov).
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
  // Five standard errors of each statistic.
  const double error = 5 / std::sqrt(static_cast<double>(kCount));
  ck_assert_double_le(std::abs(found.mean), error);
  ck_assert_double_le(std::abs(found.deviation - 1), error * std::sqrt(0.5));
  ck_assert_double_le(std::abs(found.skewness), error * std::sqrt(6));
  ck_assert_double_le(std::abs(found.kurtosis - 3), error * std::sqrt(24));
  // Exceeded once in 10^5 seeds.
  ck_assert_double_le(distance_from_normal(values), 2.5 / std::sqrt(static_cast<double>(kCount)));
  // Neighbours, the two of a pair, the next of the same lane, rows of a small picture.
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

START_TEST(test_frames_have_noise_in_each_component) {
  for (const FormatInfo& info : formats()) {
    GuardedFrame frame(info.format, 331, 241);
    for (int c = 0; c < info.component_count; ++c) fill_component(frame.view(), c, 128);
    add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 10, 1, 0);
    for (int c = 0; c < info.component_count; ++c) {
      std::vector<int> codes;
      for (int y = 0; y < info.component_height(c, 241); ++y)
        for (int x = 0; x < info.component_width(c, 331); ++x)
          codes.push_back(sample(frame.view(), c, x, y));
      const Moments found = moments(codes);
      ck_assert_double_le(std::abs(found.mean - 128), 0.4);
      // Rounding adds 1/12.
      ck_assert_double_le(std::abs(found.deviation - std::sqrt(100 + 1 / 12.0)), 0.3);
    }
  }
}
END_TEST

START_TEST(test_frame_noise_depends_on_seed_index_and_place_only) {
  for (const FormatInfo& info : formats())
    for (const auto& [width, height] : kSizes) {
      GuardedFrame in(info.format, width, height, 3, 1), out(info.format, width, height, 8, 2);
      GuardedFrame reversed(info.format, width, height, 1, 3, true);
      add_noise(in.view(), out.view(), NoiseModel::gaussian, 20, 5, 6);
      add_noise(in.view(), reversed.view(), NoiseModel::gaussian, 20, 5, 6);
      ck_assert(same_pixels(out.view(), reversed.view()));
      ck_assert(out.outside_unchanged() && reversed.outside_unchanged());
      if (width * height < 1000) continue;
      add_noise(in.view(), reversed.view(), NoiseModel::gaussian, 20, 5, 7);
      ck_assert(!same_components(out.view(), reversed.view()));
      add_noise(in.view(), reversed.view(), NoiseModel::gaussian, 20, 4, 6);
      ck_assert(!same_components(out.view(), reversed.view()));
      add_noise(in.view(), in.view(), NoiseModel::gaussian, 20, 5, 6);
      ck_assert_msg(same_pixels(out.view(), in.view()), "in place differs");
    }
}
END_TEST

START_TEST(test_layouts_of_a_picture_get_the_same_noise) {
  for (const FormatInfo& a : formats())
    for (const FormatInfo& b : formats()) {
      if (a.family != b.family) continue;
      GuardedFrame frame_a(a.format, 35, 27), frame_b(b.format, 35, 27);
      for (int c = 0; c < a.component_count; ++c) {
        fill_component(frame_a.view(), c, static_cast<std::uint8_t>(60 + 50 * c));
        fill_component(frame_b.view(), c, static_cast<std::uint8_t>(60 + 50 * c));
      }
      add_noise(frame_a.view(), frame_a.view(), NoiseModel::coefficient, 0.1, 5, 6);
      add_noise(frame_b.view(), frame_b.view(), NoiseModel::coefficient, 0.1, 5, 6);
      ck_assert(same_components(frame_a.view(), frame_b.view()));
    }
}
END_TEST

START_TEST(test_level_zero_copies_frames) {
  for (const NoiseModelInfo& model : noise_models())
    for (const FormatInfo& info : formats()) {
      GuardedFrame in(info.format, 65, 33, 3, 1), out(info.format, 65, 33, 8, 2);
      add_noise(in.view(), out.view(), model.model, 0, 1, 1);
      ck_assert(same_pixels(in.view(), out.view()));
    }
}
END_TEST

START_TEST(test_refuses_frames_that_differ) {
  GuardedFrame in(PixelFormat::i420, 4, 4), wide(PixelFormat::i420, 5, 4);
  DAE_ASSERT_ERROR(add_noise(in.view(), wide.view(), NoiseModel::gaussian, 1, 1, 1), bad_argument);
  DAE_ASSERT_ERROR(add_noise(in.view(), in.view(), NoiseModel::gaussian, 101, 1, 1), bad_argument);
}
END_TEST

int main() {
  return run_suite(
      "noise", {test_one_normal_follows_box_and_muller, test_many_normals_are_normal,
                test_uniform_numbers_fill_the_range, test_sequences_differ, test_rows_of_the_table,
                test_gaussian_has_its_deviation_and_no_limits,
                test_coefficient_clips_the_same_noise, test_frames_have_noise_in_each_component,
                test_frame_noise_depends_on_seed_index_and_place_only,
                test_layouts_of_a_picture_get_the_same_noise, test_level_zero_copies_frames,
                test_refuses_frames_that_differ});
}
