// SPDX-License-Identifier: LGPL-2.1-or-later
// The next frame as what a frame is compared with, and whether its noise is new.
#include <cmath>

#include "adapt/next_frame.h"
#include "adapt/noise_correlation.h"
#include "support/check.h"
#include "training/adapt/moving_footage.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr double kNoise = 12;
const cv::Size kSize(160, 120);

std::vector<FootageFrame> noisy_pan(cv::Point step) {
  cv::RNG random(5);
  std::vector<FootageFrame> frames;
  for (const cv::Mat& clean : pan_over(drawn_scene(220, 180), kSize, step, 2))
    frames.push_back({with_noise(clean, streaky_noise(kSize, kNoise, random)), clean});
  return frames;
}

double matched_share(const NextFrame& next) {
  return cv::countNonZero(next.matched) / static_cast<double>(next.matched.total());
}

double mean_square(const cv::Mat& a, const cv::Mat& b, const cv::Mat& mask) {
  return std::pow(cv::norm(a, b, cv::NORM_L2, mask), 2) / (3.0 * cv::countNonZero(mask));
}

}  // namespace

START_TEST(test_a_still_scene_is_compared_with_the_next_frame_as_it_is) {
  const auto frames = noisy_pan({0, 0});
  const NextFrame next = next_frame(frames[0], frames[1]);
  ck_assert_double_eq(matched_share(next), 1);
  ck_assert_double_eq(cv::norm(next.target, frames[1].noisy, cv::NORM_INF), 0);
}
END_TEST

START_TEST(test_a_moving_scene_is_followed) {
  const auto frames = noisy_pan({5, 2});
  const NextFrame next = next_frame(frames[0], frames[1]);
  ck_assert_double_gt(matched_share(next), 0.85);
  // The noise of the next frame is left, here and there weaker where it was interpolated.
  const double error = mean_square(next.target, frames[0].denoised, next.matched);
  ck_assert_double_lt(error, 1.05 * kNoise * kNoise);
  ck_assert_double_gt(error, 0.5 * kNoise * kNoise);
  const cv::Scalar target = cv::mean(next.target, next.matched);
  const cv::Scalar clean = cv::mean(frames[0].denoised, next.matched);
  for (int channel = 0; channel < 3; ++channel)
    ck_assert_double_lt(std::abs(target[channel] - clean[channel]), 0.5);
}
END_TEST

START_TEST(test_where_nothing_matches_nothing_is_learned) {
  auto frames = noisy_pan({0, 0});
  // It is lighter than anything in the first frame.
  frames[1].denoised = drawn_scene(kSize.width, kSize.height, 99) / 8 + cv::Scalar::all(215);
  frames[1].noisy = frames[1].denoised.clone();
  const NextFrame next = next_frame(frames[0], frames[1]);
  ck_assert_double_lt(matched_share(next), 0.1);
  const cv::Mat elsewhere = ~next.matched;
  cv::Mat learned;
  cv::absdiff(next.target, frames[0].denoised, learned);
  learned.setTo(cv::Scalar::all(0), next.matched);
  ck_assert_double_eq(cv::norm(learned, cv::NORM_INF), 0);
  ck_assert_int_gt(cv::countNonZero(elsewhere), 0);
}
END_TEST

START_TEST(test_gray_and_tiny_frames_are_compared_too) {
  const cv::Mat gray(16, 20, CV_8UC1, cv::Scalar(90));
  const NextFrame next = next_frame({gray, gray}, {gray + 3, gray});
  ck_assert_double_eq(cv::norm(next.target, gray + 3, cv::NORM_INF), 0);
  ck_assert_double_eq(cv::norm(next.removed, cv::Mat(16, 20, CV_32FC1, 3.0F), cv::NORM_INF), 0);
}
END_TEST

START_TEST(test_noise_that_is_new_in_each_frame_has_no_correlation) {
  NoiseCorrelation correlation;
  ck_assert_double_eq(correlation.value(), 0);
  const auto frames = noisy_pan({2, 1});
  correlation.add(frames[0], next_frame(frames[0], frames[1]));
  ck_assert_double_lt(std::abs(correlation.value()), 0.08);
}
END_TEST

START_TEST(test_noise_that_stays_is_found) {
  const auto frames = noisy_pan({0, 0});
  const auto correlation_of = [&](double kept) {
    FootageFrame next = frames[1];
    cv::Mat noise, other;
    cv::subtract(frames[0].noisy, frames[0].denoised, noise, cv::noArray(), CV_32F);
    cv::subtract(frames[1].noisy, frames[1].denoised, other, cv::noArray(), CV_32F);
    const cv::Mat mixed = kept * noise + std::sqrt(1 - kept * kept) * other;
    next.noisy = with_noise(next.denoised, mixed);
    NoiseCorrelation correlation;
    correlation.add(frames[0], next_frame(frames[0], next));
    return correlation.value();
  };
  ck_assert_double_gt(correlation_of(1), 0.99);
  ck_assert_double_lt(std::abs(correlation_of(0.6) - 0.6), 0.08);
}
END_TEST

int main() {
  return run_suite("next_frame", {
                                     test_a_still_scene_is_compared_with_the_next_frame_as_it_is,
                                     test_a_moving_scene_is_followed,
                                     test_where_nothing_matches_nothing_is_learned,
                                     test_gray_and_tiny_frames_are_compared_too,
                                     test_noise_that_is_new_in_each_frame_has_no_correlation,
                                     test_noise_that_stays_is_found,
                                 });
}
