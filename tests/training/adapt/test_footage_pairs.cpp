// SPDX-License-Identifier: LGPL-2.1-or-later
// Footage as runs of frames, and as pairs to learn from.
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "adapt/footage_pairs.h"
#include "adapt/footage_runs.h"
#include "adapt/noise_levels.h"
#include "data/picture_set.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "training/adapt/moving_footage.h"
#include "training/small_runs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

const cv::Size kSize(96, 80);
const std::atomic<bool> kGoOn{false};

void write_frames(const TempFolder& folder, const std::string& name, int frames, cv::Size size) {
  for (int t = 0; t < frames; ++t)
    cv::imwrite((folder / (name + "/" + std::to_string(10000 + t) + ".png")).string(),
                cv::Mat(size, CV_8UC3, cv::Scalar::all(t)));
}

std::vector<FootageRun> runs_of(const TempFolder& folder, std::size_t frames) {
  return load_runs(folder.path(), frames, ignore);
}

FootageRun noisy_run(double deviation, double kept) {
  cv::RNG random(3);
  cv::Mat noise;
  FootageRun run;
  for (const cv::Mat& clean : pan_over(drawn_scene(200, 160), kSize, {1, 0}, 9)) {
    const cv::Mat fresh = streaky_noise(kSize, deviation, random);
    noise = noise.empty() ? fresh : cv::Mat(kept * noise + std::sqrt(1 - kept * kept) * fresh);
    run.push_back(with_noise(clean, noise));
  }
  return run;
}

void write_pairs_of(const FootageRun& run, const TempFolder& folder) {
  write_pairs(load_model("fast"), std::span(&run, 1), folder / "pairs", kGoOn, ignore);
}

}  // namespace

START_TEST(test_runs_are_frames_that_follow_each_other) {
  const TempFolder folder;
  write_frames(folder, "a", 40, kSize);
  write_frames(folder, "b", 8, kSize);
  write_frames(folder, "c", 9, kSize);
  const auto runs = runs_of(folder, 1000);
  ck_assert_uint_eq(runs.size(), 3);
  ck_assert_uint_eq(runs[0].size(), 16);
  ck_assert_uint_eq(runs[1].size(), 16);
  ck_assert_uint_eq(runs[2].size(), 9);
  ck_assert_int_eq(runs[1][0].at<cv::Vec3b>(0, 0)[0], 16);
}
END_TEST

START_TEST(test_few_runs_are_spread_over_the_footage) {
  const TempFolder folder;
  write_frames(folder, "a", 160, {8, 8});
  const auto runs = runs_of(folder, 32);
  ck_assert_uint_eq(runs.size(), 2);
  ck_assert_int_eq(runs[0][0].at<cv::Vec3b>(0, 0)[0], 0);
  ck_assert_int_eq(runs[1][0].at<cv::Vec3b>(0, 0)[0], 80);
}
END_TEST

START_TEST(test_large_frames_are_cut) {
  const TempFolder folder;
  cv::Mat slope(700, 1100, CV_8UC3);
  for (int x = 0; x < slope.cols; ++x) slope.col(x).setTo(cv::Scalar::all(x % 256));
  for (int t = 0; t < 48; ++t)
    cv::imwrite((folder / ("a/" + std::to_string(10000 + t) + ".png")).string(), slope);
  std::set<int> places;
  for (const FootageRun& run : runs_of(folder, 48)) {
    for (const cv::Mat& frame : run) {
      ck_assert(frame.size() == cv::Size(960, 640));
      ck_assert_int_eq(frame.at<cv::Vec3b>(0, 0)[0], run[0].at<cv::Vec3b>(0, 0)[0]);
    }
    places.insert(run[0].at<cv::Vec3b>(0, 0)[0]);
  }
  ck_assert_uint_gt(places.size(), 1);
}
END_TEST

START_TEST(test_too_few_frames_are_refused) {
  const TempFolder folder;
  write_frames(folder, "a", 8, kSize);
  DAE_ASSERT_ERROR(runs_of(folder, 100), bad_argument);
  DAE_ASSERT_ERROR(load_runs(folder / "absent", 100, ignore), not_found);
}
END_TEST

START_TEST(test_pairs_are_a_data_set) {
  const TempFolder folder;
  const FootageRun run = noisy_run(15, 0);
  write_pairs_of(run, folder);
  const PictureSet pictures = find_dataset("pairs").load(folder / "pairs", {});
  ck_assert_uint_eq(pictures.size(), run.size() - 1);
  for (std::size_t t = 0; t < pictures.size(); ++t) {
    ck_assert_int_eq(pictures[t].clip, 0);
    ck_assert_double_eq(cv::norm(pictures[t].noisy, run[t], cv::NORM_INF), 0);
    // The noise of what is learned from is another one.
    cv::Mat noise, other;
    cv::subtract(run[t], pictures[t].pixels, noise, cv::noArray(), CV_32F);
    ck_assert_double_gt(cv::norm(noise, cv::NORM_L2) / std::sqrt(noise.total() * 3.0), 12);
  }
}
END_TEST

START_TEST(test_levels_of_a_map_are_multiplied) {
  const TempFolder folder;
  const auto model = load_model("fast");
  const auto level_of = [](const std::shared_ptr<const Model>& weights, const FootageRun& run) {
    return denoise_run(weights, run)[3].level;
  };
  const FootageRun run = noisy_run(15, 0);
  const auto louder = with_levels(*model, {1.5, 1.5});
  ck_assert_double_lt(std::abs(level_of(louder, run) / level_of(model, run) - 1.5), 0.05);
  write_model(*louder, folder / "w.safetensors");
  ck_assert_double_eq(level_of(load_model((folder / "w.safetensors").string()), run),
                      level_of(louder, run));
  // Luma and colour have factors of their own.
  const auto gray = [](const FootageRun& colours) {
    FootageRun result;
    for (const cv::Mat& frame : colours) {
      result.emplace_back();
      cv::cvtColor(frame, result.back(), cv::COLOR_BGR2GRAY);
    }
    return result;
  };
  const double before = level_of(model, gray(run));
  ck_assert_double_lt(std::abs(level_of(with_levels(*model, {1, 3}), gray(run)) / before - 1),
                      0.05);
  ck_assert_double_gt(level_of(with_levels(*model, {2, 1}), gray(run)) / before, 1.8);
}
END_TEST

START_TEST(test_levels_are_found_without_clean_frames) {
  const std::vector<cv::Mat> clean = pan_over(drawn_scene(200, 160), kSize, {1, 0}, 9);
  const FootageRun run = noisy_run(20, 0);
  const auto true_error = [&](const std::shared_ptr<const Model>& model) {
    const std::vector<FootageFrame> frames = denoise_run(model, run);
    double error = 0;
    for (std::size_t t = 0; t < run.size(); ++t)
      error += cv::norm(frames[t].denoised, clean[t], cv::NORM_L2SQR);
    return error;
  };
  // The map of this model tells half of what it should.
  const auto model = with_levels(*load_model("fast"), {0.5, 0.5});
  const LevelFactors found = find_level_factors(model, std::vector<FootageRun>{run}, kGoOn);
  ck_assert_double_lt(true_error(with_levels(*model, found)), 0.97 * true_error(model));
}
END_TEST

START_TEST(test_noise_that_stays_is_refused) {
  const TempFolder folder;
  DAE_ASSERT_ERROR(write_pairs_of(noisy_run(15, 0.7), folder), bad_argument);
  ck_assert(!std::filesystem::exists(folder / "pairs"));
}
END_TEST

START_TEST(test_clean_footage_is_refused) {
  const TempFolder folder;
  DAE_ASSERT_ERROR(write_pairs_of(noisy_run(0, 0), folder), bad_argument);
}
END_TEST

START_TEST(test_frames_without_a_next_one_are_refused) {
  const TempFolder folder;
  FootageRun run;
  cv::RNG random(7);
  for (int t = 0; t < 9; ++t)
    run.push_back(with_noise(
        drawn_scene(kSize.width, kSize.height, 100 + t) / 8 + cv::Scalar::all(30 + t % 3 * 80),
        streaky_noise(kSize, 10, random)));
  DAE_ASSERT_ERROR(write_pairs_of(run, folder), bad_argument);
}
END_TEST

int main() {
  return run_suite("footage_pairs", {
                                        test_runs_are_frames_that_follow_each_other,
                                        test_few_runs_are_spread_over_the_footage,
                                        test_large_frames_are_cut,
                                        test_too_few_frames_are_refused,
                                        test_pairs_are_a_data_set,
                                        test_levels_of_a_map_are_multiplied,
                                        test_levels_are_found_without_clean_frames,
                                        test_noise_that_stays_is_refused,
                                        test_clean_footage_is_refused,
                                        test_frames_without_a_next_one_are_refused,
                                    });
}
