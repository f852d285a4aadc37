// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <vector>

#include "data/footage/light_effects.h"
#include "support/check.h"
#include "training/footage_pairs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kFrames = 6;
constexpr std::uint64_t kSeeds = 60;

double mean_of(const cv::Mat& frame) { return cv::mean(frame.reshape(1))[0]; }

CleanFrames after(void (*effect)(CleanFrames&, Rng&), std::uint64_t seed, int channels = 3) {
  CleanFrames frames = still_frames(kFrames, channels);
  Rng rng(seed);
  effect(frames, rng);
  return frames;
}

}  // namespace

START_TEST(test_fades_go_one_way) {
  const double before = mean_of(still_frames(1, 3).front());
  int dark = 0, light = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    std::vector<double> means;
    for (const cv::Mat& frame : after(fade, seed)) means.push_back(mean_of(frame));
    ck_assert(std::is_sorted(means.begin(), means.end()) ||
              std::is_sorted(means.rbegin(), means.rend()));
    const auto [lowest, highest] = std::minmax_element(means.begin(), means.end());
    ck_assert_double_gt(*highest - *lowest, 0);
    dark += *lowest < before - 1;
    light += *highest > before + 1;
  }
  ck_assert_int_eq(dark + light, kSeeds);
  ck_assert(light > 4 && light < 30);
}
END_TEST

START_TEST(test_a_flash_is_one_light_frame) {
  const cv::Mat before = still_frames(1, 1).front();
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    int changed = 0;
    for (const cv::Mat& frame : after(flash, seed, 1)) {
      if (equal(frame, before)) continue;
      ++changed;
      ck_assert_double_lt(mean_of(frame), 250);
    }
    ck_assert_int_eq(changed, 1);
  }
}
END_TEST

START_TEST(test_lamps_change_whole_lines) {
  double least = 1, most = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    CleanFrames frames(40, cv::Mat());
    for (cv::Mat& frame : frames) frame = cv::Mat(40, 40, CV_8UC1, cv::Scalar(200));
    Rng rng(seed);
    lamp(frames, rng);
    double lowest = 255, highest = 0;
    for (const cv::Mat& frame : frames) {
      bool rows = true, columns = true;
      for (int i = 1; i < 40; ++i) {
        rows = rows && equal(frame.col(i), frame.col(0));
        columns = columns && equal(frame.row(i), frame.row(0));
      }
      ck_assert(rows || columns);
      double low = 0, high = 0;
      cv::minMaxLoc(frame, &low, &high);
      lowest = std::min(lowest, low);
      highest = std::max(highest, high);
    }
    // At 50 and 60 frames a second some lamps stand still.
    const double depth = (highest - lowest) / 400;
    least = depth > 0.01 ? std::min(least, depth) : least;
    most = std::max(most, depth);
  }
  ck_assert(most > 0.09 && most < 0.125);
  ck_assert(least < 0.05);
}
END_TEST

START_TEST(test_exposure_multiplies) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const cv::Mat before = still_frames(1, 3).front();
    for (const cv::Mat& frame : after(exposure, seed)) {
      // Without offset: what was darkest stays dark in each channel.
      const cv::Scalar gain(mean_of(frame) / mean_of(before));
      ck_assert(gain[0] > 0.5 && gain[0] < 1.8);
    }
    ck_assert(equal(after(exposure, seed, 1)[0], still_frames(1, 1)[0]));
  }
}
END_TEST

START_TEST(test_waves_are_low_and_move) {
  double highest = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    CleanFrames frames(4, cv::Mat());
    for (cv::Mat& frame : frames) frame = cv::Mat(80, 80, CV_8UC3, cv::Scalar::all(100));
    Rng rng(seed);
    wave(frames, rng);
    for (const cv::Mat& frame : frames)
      highest = std::max(
          highest, cv::norm(frame, cv::Mat(80, 80, CV_8UC3, cv::Scalar::all(100)), cv::NORM_INF));
    ck_assert(!equal(frames[0], frames[3]));
  }
  ck_assert(highest >= 5 && highest <= 6);
}
END_TEST

START_TEST(test_ripples_move_pixels_a_little) {
  double longest = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    // A pixel tells its column by how light it is.
    CleanFrames frames(4, cv::Mat(80, 80, CV_8UC1));
    for (int x = 0; x < 80; ++x) frames[0].col(x).setTo(3 * x);
    for (cv::Mat& frame : frames) frame = frames[0].clone();
    const cv::Mat before = frames[0].clone();
    Rng rng(seed);
    ripples(frames, rng);
    ck_assert(!equal(frames[0], frames[1]));
    for (const cv::Mat& frame : frames)
      longest = std::max(longest, cv::norm(frame, before, cv::NORM_INF) / 3);
  }
  ck_assert(longest > 4 && longest < 7);
}
END_TEST

START_TEST(test_the_camera_stops_and_goes_on) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    CleanFrames frames;
    for (int t = 0; t < kFrames; ++t) frames.emplace_back(4, 4, CV_8UC1, cv::Scalar(t));
    Rng rng(seed);
    stop_and_go(frames, rng);
    bool stood = false;
    for (int t = 1; t < kFrames; ++t) {
      const double step = mean_of(frames[t]) - mean_of(frames[t - 1]);
      ck_assert(step == 0 || step == 1);
      stood = stood || step == 0;
    }
    ck_assert(stood || mean_of(frames.back()) == kFrames - 1);
  }
}
END_TEST

START_TEST(test_gray_frames_stay_gray) {
  for (const auto effect : {fade, flash, lamp, exposure, wave, ripples, stop_and_go})
    for (std::uint64_t seed = 0; seed < 10; ++seed)
      for (const cv::Mat& frame : after(effect, seed, 1)) ck_assert_int_eq(frame.type(), CV_8UC1);
}
END_TEST

int main() {
  return run_suite("light_effects", {
                                        test_fades_go_one_way,
                                        test_a_flash_is_one_light_frame,
                                        test_lamps_change_whole_lines,
                                        test_exposure_multiplies,
                                        test_waves_are_low_and_move,
                                        test_ripples_move_pixels_a_little,
                                        test_the_camera_stops_and_goes_on,
                                        test_gray_frames_stay_gray,
                                    });
}
