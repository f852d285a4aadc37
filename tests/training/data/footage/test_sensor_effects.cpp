// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>

#include "data/footage/sensor_effects.h"
#include "support/check.h"
#include "training/footage_pairs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

cv::Mat difference(const cv::Mat& a, const cv::Mat& b) {
  cv::Mat result;
  cv::subtract(a, b, result, cv::noArray(), CV_32F);
  return result;
}

/// Pairs of flat gray, on which nothing is clipped.
FramePairs flat_pairs() {
  FramePairs pairs;
  for (int t = 0; t < 3; ++t) {
    const cv::Mat flat(kPairHeight / 2 * 3, kPairWidth, CV_8UC1, cv::Scalar(128));
    pairs.push_back({flat.clone(), flat.clone()});
  }
  return pairs;
}

}  // namespace

START_TEST(test_clean_pictures_stay) {
  for (const auto effect : {row_noise, column_noise, hot_pixels, fixed_pattern, chroma_blotches,
                            clean_luma, clean_chroma}) {
    try_effect(effect, [](const FramePairs& before, const FramePairs& after) {
      for (std::size_t t = 0; t < before.size(); ++t) {
        ck_assert(equal(after[t].clean, before[t].clean));
        ck_assert(!equal(after[t].noisy, before[t].noisy));
      }
    });
  }
}
END_TEST

START_TEST(test_lines_share_their_noise) {
  for (const bool rows : {true, false}) {
    int fixed = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      FramePairs pairs = flat_pairs();
      Rng rng(seed);
      (rows ? row_noise : column_noise)(pairs, rng);
      for (const FramePair& pair : pairs) {
        const cv::Mat luma = plane_of(pair.noisy, 0);
        for (int i = 1; i < (rows ? luma.cols : luma.rows); ++i)
          ck_assert(rows ? equal(luma.col(i), luma.col(0)) : equal(luma.row(i), luma.row(0)));
        cv::Scalar mean, deviation;
        cv::meanStdDev(luma, mean, deviation);
        ck_assert(deviation[0] > 0.3 && deviation[0] < 10);
      }
      fixed += equal(pairs[0].noisy, pairs[1].noisy);
    }
    ck_assert(fixed > 5 && fixed < 30);
  }
}
END_TEST

START_TEST(test_hot_pixels_stay_where_they_are) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    FramePairs pairs = flat_pairs();
    Rng rng(seed);
    hot_pixels(pairs, rng);
    const int hot = cv::countNonZero(plane_of(pairs[0].noisy, 0) > 128);
    ck_assert(hot >= 1 && hot < kPairWidth * kPairHeight / 50);
    ck_assert(equal(pairs[0].noisy, pairs[2].noisy));
  }
}
END_TEST

START_TEST(test_patterns_are_fixed) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    FramePairs pairs = flat_pairs();
    Rng rng(seed);
    fixed_pattern(pairs, rng);
    ck_assert(equal(pairs[0].noisy, pairs[2].noisy));
    cv::Scalar mean, deviation;
    cv::meanStdDev(plane_of(pairs[0].noisy, 0), mean, deviation);
    ck_assert_msg(deviation[0] > 0.3 && deviation[0] < 10, "%g", deviation[0]);
  }
}
END_TEST

START_TEST(test_blotches_are_coarse_and_of_chroma) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    FramePairs pairs = flat_pairs();
    Rng rng(seed);
    chroma_blotches(pairs, rng);
    ck_assert(equal(plane_of(pairs[0].noisy, 0), plane_of(pairs[0].clean, 0)));
    const cv::Mat noise = difference(plane_of(pairs[0].noisy, 1), plane_of(pairs[0].clean, 1));
    const cv::Mat right = noise.colRange(1, noise.cols), left = noise.colRange(0, noise.cols - 1);
    const double correlation = left.dot(right) / std::sqrt(left.dot(left) * right.dot(right));
    ck_assert_msg(correlation > 0.3, "%g", correlation);
    ck_assert(!equal(plane_of(pairs[0].noisy, 1), plane_of(pairs[0].noisy, 2)));
  }
}
END_TEST

START_TEST(test_planes_without_noise_are_clean) {
  try_effect(clean_luma, [](const FramePairs& before, const FramePairs& after) {
    for (int p = 0; p < kPlanes; ++p) {
      const cv::Mat& expected = p == 0 ? before[1].clean : before[1].noisy;
      ck_assert(equal(plane_of(after[1].noisy, p), plane_of(expected, p)));
    }
  });
  try_effect(clean_chroma, [](const FramePairs& before, const FramePairs& after) {
    for (int p = 0; p < kPlanes; ++p) {
      const cv::Mat& expected = p == 0 ? before[1].noisy : before[1].clean;
      ck_assert(equal(plane_of(after[1].noisy, p), plane_of(expected, p)));
    }
  });
}
END_TEST

START_TEST(test_gains_jump_once) {
  double weakest = 1, strongest = 1;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Rng rng(seed);
    const std::vector<double> gains = gain_jump(5, rng);
    ck_assert_uint_eq(gains.size(), 5);
    ck_assert_double_eq(gains.front(), 1);
    ck_assert_double_ne(gains.back(), 1);
    for (const double gain : gains) ck_assert(gain == 1 || gain == gains.back());
    ck_assert(std::is_partitioned(gains.begin(), gains.end(), [](double g) { return g == 1; }));
    weakest = std::min(weakest, gains.back());
    strongest = std::max(strongest, gains.back());
  }
  ck_assert(weakest >= 0.2 && weakest < 0.25 && strongest > 4 && strongest <= 5);
}
END_TEST

int main() {
  return run_suite("sensor_effects", {
                                         test_clean_pictures_stay,
                                         test_lines_share_their_noise,
                                         test_hot_pixels_stay_where_they_are,
                                         test_patterns_are_fixed,
                                         test_blotches_are_coarse_and_of_chroma,
                                         test_planes_without_noise_are_clean,
                                         test_gains_jump_once,
                                     });
}
