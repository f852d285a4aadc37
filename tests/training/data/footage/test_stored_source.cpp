// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>

#include "data/footage/stored_source.h"
#include "support/check.h"
#include "training/footage_pairs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr std::uint64_t kSeeds = 60;

/// Returns frames without any detail, after the effect.
CleanFrames flat_frames(std::uint64_t seed, int channels) {
  CleanFrames frames;
  for (int t = 0; t < 3; ++t) frames.emplace_back(64, 64, CV_8UC(channels), cv::Scalar::all(100));
  Rng rng(seed);
  stored_source(frames, rng);
  return frames;
}

double deviation(const cv::Mat& frame) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(frame, mean, deviation);
  return deviation[0];
}

}  // namespace

START_TEST(test_grain_is_weak_and_there_or_not) {
  int without = 0;
  double most = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const double found = deviation(flat_frames(seed, 1)[0]);
    without += found == 0;
    most = std::max(most, found);
  }
  ck_assert(without > 10 && without < 50);
  ck_assert(most > 1 && most < 4);
}
END_TEST

START_TEST(test_grain_is_of_each_frame_or_of_all) {
  int same = 0, other = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const CleanFrames frames = flat_frames(seed, 3);
    if (deviation(frames[0]) < 1) continue;
    (equal(frames[0], frames[1]) ? same : other) += 1;
  }
  ck_assert(same > 3 && other > 3);
}
END_TEST

START_TEST(test_pictures_stay_what_they_are) {
  for (const int channels : {1, 3}) {
    const cv::Mat before = still_frames(1, channels).front();
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      CleanFrames frames = still_frames(2, channels);
      Rng rng(seed);
      stored_source(frames, rng);
      for (const cv::Mat& frame : frames) {
        ck_assert(frame.type() == before.type() && frame.size() == before.size());
        ck_assert(!equal(frame, before));
        ck_assert_double_lt(cv::mean(cv::abs(frame - before))[0], 12);
      }
    }
  }
}
END_TEST

int main() {
  return run_suite("stored_source", {
                                        test_grain_is_weak_and_there_or_not,
                                        test_grain_is_of_each_frame_or_of_all,
                                        test_pictures_stay_what_they_are,
                                    });
}
