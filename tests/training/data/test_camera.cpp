// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples with the noise of cameras.
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <random>
#include <set>
#include <vector>

#include "data/camera.h"
#include "data/jpeg_planes.h"
#include "data/measured_noise.h"
#include "data/sampler.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kPatch = 96;
constexpr int kSize = kPatch / 2;

struct Sample {
  Sample(const Sampler& sampler, std::uint64_t seed)
      : input(static_cast<std::size_t>(kSize) * kSize * 8 * sampler.frames()),
        target(static_cast<std::size_t>(kSize) * kSize * 6 * sampler.frames()) {
    sampler.draw(seed, {input.data(), 8, kSize, kSize}, {target.data(), 6, kSize, kSize});
  }
  float in(std::size_t i, int c) const { return input[i * 8 + static_cast<std::size_t>(c)]; }
  float out(std::size_t i, int c) const { return target[i * 6 + static_cast<std::size_t>(c)]; }
  std::size_t positions() const { return target.size() / 6; }

  std::vector<float> input;
  std::vector<float> target;
};

cv::Mat flat(int code) { return {kPatch, kPatch, CV_8UC3, cv::Scalar::all(code)}; }

/// From dark on the left to light on the right, with some colour.
PictureSet ramp() {
  cv::Mat pixels(kPatch, kPatch, CV_8UC3);
  for (int x = 0; x < kPatch; ++x)
    pixels.col(x).setTo(cv::Scalar(20 + 2 * x, 30 + 2 * x, 40 + 2 * x));
  return {{pixels, "ramp"}};
}

SampleSettings settings_of(double level, const CameraNoise& camera = {}) {
  SampleSettings settings;
  settings.patch_px = kPatch;
  settings.augment = false;
  settings.gray_share = settings.limited_range_share = settings.reduced_share = 0;
  settings.noise = {{camera, level, level, 1}};
  return settings;
}

/// Standard deviation of the noise in codes over some channels of the positions that which picks.
template <typename Which>
double deviation(const Sample& sample, int first, int count, const Which& which) {
  double n = 0, sum = 0, squares = 0;
  for (std::size_t i = 0; i < sample.positions(); ++i)
    for (int c = first; c < first + count && which(i); ++c, ++n) {
      const double d = sample.out(i, c) * 255;
      sum += d;
      squares += d * d;
    }
  return std::sqrt(squares / n - sum / n * (sum / n));
}

constexpr auto kAll = [](std::size_t) { return true; };

/// Correlation of the luma noise of neighbours in a row.
double correlation(const Sample& sample) {
  double products = 0, squares = 0;
  for (std::size_t i = 0; i < sample.positions(); ++i) {
    products += sample.out(i, 0) * sample.out(i, 1) + sample.out(i, 2) * sample.out(i, 3);
    for (int c = 0; c < 4; ++c) squares += 0.5 * sample.out(i, c) * sample.out(i, c);
  }
  return products / squares;
}

/// The level that a column of the first row tells, in codes.
double told(const Sample& sample, int channel, int column) {
  return sample.in(static_cast<std::size_t>(column), channel) / 5 * 255;
}

}  // namespace

START_TEST(test_development_undoes_exposure) {
  cv::Mat picture(kPatch, kPatch, CV_8UC3);
  for (int y = 0; y < kPatch; ++y)
    for (int x = 0; x < kPatch; ++x)
      picture.at<cv::Vec3b>(y, x) = {static_cast<std::uint8_t>(30 + 2 * x),
                                     static_cast<std::uint8_t>(230 - x - y),
                                     static_cast<std::uint8_t>(40 + 2 * y)};
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Rng rng(seed);
    const Camera camera(rng);
    const cv::Mat again = camera.develop(camera.expose(picture));
    cv::Mat difference;
    cv::absdiff(picture, again, difference);
    // A wrong phase, gain or curve would be far off; a smooth picture loses little in a mosaic.
    const cv::Scalar mean = cv::mean(difference);
    for (int c = 0; c < 3; ++c) ck_assert_double_lt(mean[c], 1.0);
  }
}
END_TEST

START_TEST(test_white_stays_white) {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    Rng rng(seed);
    const Camera camera(rng);
    ck_assert(cv::norm(camera.develop(camera.expose(flat(255))), flat(255), cv::NORM_INF) == 0);
  }
}
END_TEST

START_TEST(test_sensor_noise_is_shot_and_read_noise) {
  for (const double light : {0.0, 0.1, 0.8}) {
    const Mosaic scene(300, 300, CV_32FC1, cv::Scalar(light));
    const Mosaic noisy = with_noise(scene, {0.01, 0.0004}, 5);
    cv::Scalar mean, deviation;
    cv::meanStdDev(noisy, mean, deviation);
    const double variance = 0.01 * light + 0.0004;
    // Five standard deviations of the estimates.
    ck_assert_double_eq_tol(mean[0], light, 5 * std::sqrt(variance / 90'000));
    ck_assert_double_eq_tol(deviation[0] / std::sqrt(variance), 1, 5 / std::sqrt(2 * 90'000.0));
  }
  Rng rng(3);
  const Camera camera(rng);
  const double ratio = camera.noise_of(0.02).read / camera.noise_of(0.01).read;
  ck_assert_double_eq_tol(ratio, std::pow(2, 2.18), 1e-6);
}
END_TEST

START_TEST(test_the_level_is_that_of_luma) {
  for (const double level : {2.0, 12.0, 40.0}) {
    const Sampler sampler(ramp(), settings_of(level));
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
      const double found = deviation(Sample(sampler, seed), 0, 4, kAll);
      ck_assert_msg(std::abs(found / level - 1) < 0.1, "%g is not %g", found, level);
    }
  }
}
END_TEST

START_TEST(test_conditioning_levels_are_those_of_the_noise) {
  SampleSettings settings = settings_of(15, {0.5, 0});
  settings.limited_range_share = 0.5;
  const Sampler sampler(ramp(), settings);
  int one_level = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    const Sample sample(sampler, seed);
    const double left = told(sample, 6, 0), right = told(sample, 6, kSize - 1);
    one_level += left == right;
    // Correlation that is too weak to be noticed hides up to a third, and the ends of a curve are
    // not its mean. One level is that of some part of the picture.
    const double found = deviation(sample, 0, 4, kAll);
    const double middle = left == right ? left : std::sqrt((left * left + right * right) / 2);
    const double tolerance = left == right ? 0.6 : 0.45;
    ck_assert_msg(std::abs(middle / found - 1) < tolerance, "%g is not %g", middle, found);
    // Chroma follows luma's curve.
    ck_assert_double_gt(told(sample, 7, 0), 0);
    ck_assert_double_eq_tol(told(sample, 7, 0) / told(sample, 7, kSize - 1), left / right, 1e-4);
  }
  // Chances below 1e-3 for a right sampler.
  ck_assert(one_level > 0 && one_level < 17);
}
END_TEST

START_TEST(test_camera_noise_may_be_told_worse) {
  CameraNoise camera;
  camera.one_level_share = 1;
  const Sampler right(ramp(), settings_of(15, camera));
  camera.level_error = 0.4;
  SampleSettings settings = settings_of(15, camera);
  settings.level_error = 0.1;
  const Sampler wrong(ramp(), settings);
  double lowest = 1, highest = -1;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sample expected(right, seed), sample(wrong, seed);
    ck_assert_double_eq(deviation(sample, 0, 6, kAll), deviation(expected, 0, 6, kAll));
    ck_assert(told(expected, 6, 0) == told(expected, 6, kSize - 1));
    for (const int c : {6, 7}) {
      const double error = std::log(told(sample, c, 0) / told(expected, c, 0));
      lowest = std::min(lowest, error);
      highest = std::max(highest, error);
    }
  }
  // Chances below 1e-4 for a right sampler.
  ck_assert(lowest > -0.4001 && lowest < -0.3);
  ck_assert(highest > 0.3 && highest < 0.4001);
}
END_TEST

START_TEST(test_light_is_noisier_before_the_tone_curve) {
  Rng rng(1);
  const Camera camera(rng);
  const SensorNoise noise = camera.noise_of(0.005);
  const auto deviation_at = [&](int code) {
    const Mosaic scene = camera.expose(flat(code));
    cv::Scalar mean, deviation;
    cv::meanStdDev(with_noise(scene, noise, 2) - scene, mean, deviation);
    return deviation[0];
  };
  ck_assert_double_gt(deviation_at(120), 1.5 * deviation_at(40));
  ck_assert_double_gt(deviation_at(220), 1.3 * deviation_at(120));
  // In the picture the curves turn that round.
  const cv::Mat shadows = noise_in_picture(camera, camera.expose(flat(40)), noise, 2);
  const cv::Mat lights = noise_in_picture(camera, camera.expose(flat(220)), noise, 2);
  ck_assert_double_gt(luma_deviation(shadows), luma_deviation(lights));
}
END_TEST

START_TEST(test_neighbours_share_noise_and_more_so_blurred) {
  const Sample plain(Sampler(ramp(), settings_of(15)), 4);
  const Sample blurred(Sampler(ramp(), settings_of(15, {0, 1})), 4);
  ck_assert_double_gt(correlation(plain), 0.15);
  ck_assert_double_gt(correlation(blurred), correlation(plain) + 0.1);
  ck_assert_double_eq_tol(deviation(blurred, 0, 4, kAll), 15, 1.5);
}
END_TEST

/// Standard deviation in codes of the mean luma noise of squares of 8x8 pixels.
double coarse_deviation(const Sample& sample) {
  constexpr int kSquare = 4;
  double squares = 0, sum = 0;
  int n = 0;
  for (int top = 0; top + kSquare <= kSize; top += kSquare)
    for (int left = 0; left + kSquare <= kSize; left += kSquare, ++n) {
      double mean = 0;
      for (int y = top; y < top + kSquare; ++y)
        for (int x = left; x < left + kSquare; ++x)
          for (int c = 0; c < 4; ++c)
            mean += sample.out(static_cast<std::size_t>(y) * kSize + x, c) * 255 / 64;
      sum += mean;
      squares += mean * mean;
    }
  return std::sqrt(squares / n - sum / n * (sum / n));
}

START_TEST(test_coarse_noise_outlasts_a_mean_over_many_pixels) {
  double plain = 0, coarse = 0;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    const Sample sample(Sampler(ramp(), settings_of(15, {0, 0, 1})), seed);
    plain += coarse_deviation(Sample(Sampler(ramp(), settings_of(15)), seed));
    coarse += coarse_deviation(sample);
    ck_assert_double_eq_tol(deviation(sample, 0, 4, kAll), 15, 3);
  }
  ck_assert_double_gt(coarse, 1.5 * plain);
}
END_TEST

START_TEST(test_frames_are_codes_and_targets_their_noise) {
  const PictureSet pictures = ramp();
  SampleSettings settings = settings_of(20, {0.5, 0.5});
  const Sampler sampler(pictures, settings);
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Sample sample(sampler, seed);
    for (std::size_t i = 0; i < sample.positions(); ++i)
      for (int c = 0; c < 6; ++c) {
        const double code = (sample.in(i, c) + 0.5) * 255;
        ck_assert_double_eq_tol(code, std::round(code), 1e-3);
        const int x = static_cast<int>(i % kSize) * 2 + c % 2;
        const double clean = (sample.in(i, c) - sample.out(i, c) + 0.5) * 255;
        if (c < 4)
          ck_assert_double_eq_tol(clean, 2 * x + 0.114 * 20 + 0.587 * 30 + 0.299 * 40, 0.01);
      }
  }
}
END_TEST

START_TEST(test_a_sequence_has_one_camera_and_many_noises) {
  SampleSettings settings = settings_of(15, {0.5, 0.5});
  settings.frames = 3;
  const Sampler sampler({{flat(110), "flat"}}, settings);
  std::set<std::vector<float>> noises;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Sample sample(sampler, seed), again(sampler, seed);
    ck_assert(sample.input == again.input && sample.target == again.target);
    const auto positions = static_cast<std::size_t>(kSize) * kSize;
    for (std::size_t t = 0; t < 3; ++t) {
      const auto frame = [=](std::size_t i) { return i / positions == t; };
      const double whole = deviation(sample, 0, 4, kAll);
      // Light that changes changes the noise.
      ck_assert_double_eq_tol(deviation(sample, 0, 4, frame) / whole, 1, 0.3);
      const auto begin = sample.target.begin() + static_cast<std::ptrdiff_t>(t * positions * 6);
      noises.insert({begin, begin + static_cast<std::ptrdiff_t>(positions * 6)});
    }
  }
  ck_assert_uint_eq(noises.size(), 12);
}
END_TEST

START_TEST(test_gray_samples_have_no_colour_noise) {
  SampleSettings settings = settings_of(15, {1, 0});
  settings.gray_share = 1;
  const Sample sample(Sampler(ramp(), settings), 2);
  for (std::size_t i = 0; i < sample.positions(); ++i) {
    for (int c = 4; c < 6; ++c) ck_assert(sample.in(i, c) == 0 && sample.out(i, c) == 0);
    ck_assert(sample.in(i, 7) == 0);
  }
}
END_TEST

START_TEST(test_lines_are_found_in_noise) {
  std::mt19937 random(4);
  std::normal_distribution<float> normal;
  std::vector<float> noise(200 * 200 * 6), noisy(200 * 200 * 8);
  for (std::size_t i = 0; i < 40'000; ++i) {
    const double code = 20 + static_cast<double>(i % 200);
    for (std::size_t c = 0; c < 6; ++c) {
      const double variance = c < 4 ? 10 + 0.5 * code : 300 - code;
      noise[i * 6 + c] = normal(random) * static_cast<float>(std::sqrt(variance) / 255);
      const float clean = c < 4 ? static_cast<float>(code / 255 - 0.5) : 0;
      noisy[i * 8 + c] = clean + noise[i * 6 + c];
    }
  }
  MeasuredNoise measured;
  ck_assert_double_eq(measured.luma().variance(100), 0);
  measured.add({noise.data(), 6, 200, 200}, {noisy.data(), 8, 200, 200});
  for (const double code : {30.0, 120.0, 210.0}) {
    ck_assert_double_eq_tol(measured.luma().variance(code), 10 + 0.5 * code, 3);
    ck_assert_double_eq_tol(measured.chroma().variance(code), 300 - code, 12);
  }
}
END_TEST

START_TEST(test_correlated_noise_is_measured_whole) {
  constexpr int kSide = 200;
  cv::Mat luma(2 * kSide, 2 * kSide, CV_32FC1);
  cv::theRNG().state = 5;
  cv::randn(luma, 0, 30 / 255.0);
  cv::GaussianBlur(luma, luma, {}, 0.7);
  std::vector<float> noise(kSide * kSide * 6), noisy(kSide * kSide * 8);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x)
      for (int c = 0; c < 4; ++c) {
        const auto i = static_cast<std::size_t>(y * kSide + x);
        noise[i * 6 + c] = noisy[i * 8 + c] = luma.at<float>(2 * y + c / 2, 2 * x + c % 2);
      }
  MeasuredNoise measured;
  measured.add({noise.data(), 6, kSide, kSide}, {noisy.data(), 8, kSide, kSide});
  const double variance = 255 * 255 * luma.dot(luma) / static_cast<double>(luma.total());
  ck_assert_double_eq_tol(measured.luma().variance(128), variance, 0.2 * variance);
}
END_TEST

START_TEST(test_compression_stays_near_and_loses) {
  std::vector<float> planes(16 * 24 * 6), before;
  std::mt19937 random(8);
  for (float& value : planes) value = static_cast<float>(100 + random() % 40) / 255 - 0.5f;
  before = planes;
  compress({planes.data(), 6, 16, 24}, 90, true);
  double squares = 0;
  for (std::size_t i = 0; i < planes.size(); ++i) {
    const double code = (planes[i] + 0.5) * 255;
    ck_assert_double_eq_tol(code, std::round(code), 1e-3);
    if (i % 6 >= 4) ck_assert(planes[i] == before[i]);
    squares += std::pow((planes[i] - before[i]) * 255, 2);
  }
  const double error = std::sqrt(squares / (16 * 24 * 4));
  ck_assert_msg(error > 0.5 && error < 8, "%g", error);
  compress({planes.data(), 6, 16, 24}, 90, false);
  int changed = 0;
  for (std::size_t i = 0; i < planes.size(); ++i) changed += i % 6 >= 4 && planes[i] != before[i];
  ck_assert_int_gt(changed, 100);
}
END_TEST

START_TEST(test_bad_camera_settings_are_refused) {
  SampleSettings settings = settings_of(61);
  DAE_ASSERT_ERROR(Sampler(ramp(), settings), bad_argument);
  settings = settings_of(10, {1.5, 0});
  DAE_ASSERT_ERROR(Sampler(ramp(), settings), bad_argument);
  settings = settings_of(10);
  settings.domain = InputRepresentation::luma;
  DAE_ASSERT_ERROR(Sampler(ramp(), settings), bad_argument);
  ck_assert(std::holds_alternative<CameraNoise>(noise_kind_from_name("camera")));
  ck_assert(name_of(noise_kind_from_name("gaussian")) == "gaussian");
  DAE_ASSERT_ERROR(noise_kind_from_name("film"), bad_argument);
}
END_TEST

int main() {
  return run_suite("camera", {
                                 test_development_undoes_exposure,
                                 test_white_stays_white,
                                 test_sensor_noise_is_shot_and_read_noise,
                                 test_the_level_is_that_of_luma,
                                 test_conditioning_levels_are_those_of_the_noise,
                                 test_camera_noise_may_be_told_worse,
                                 test_light_is_noisier_before_the_tone_curve,
                                 test_neighbours_share_noise_and_more_so_blurred,
                                 test_coarse_noise_outlasts_a_mean_over_many_pixels,
                                 test_frames_are_codes_and_targets_their_noise,
                                 test_a_sequence_has_one_camera_and_many_noises,
                                 test_gray_samples_have_no_colour_noise,
                                 test_lines_are_found_in_noise,
                                 test_correlated_noise_is_measured_whole,
                                 test_compression_stays_near_and_loses,
                                 test_bad_camera_settings_are_refused,
                             });
}
