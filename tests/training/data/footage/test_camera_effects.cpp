// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>

#include "data/footage/camera_effects.h"
#include "support/check.h"
#include "training/footage_pairs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Standard deviation of the noise in some planes.
double noise(const FramePairs& pairs, int first, int end) {
  double squares = 0, count = 0;
  for (const FramePair& pair : pairs) {
    for (int p = first; p < end; ++p) {
      const cv::Mat clean = plane_of(pair.clean, p);
      squares += std::pow(cv::norm(plane_of(pair.noisy, p), clean), 2);
      count += static_cast<double>(clean.total());
    }
  }
  return std::sqrt(squares / count);
}

}  // namespace

START_TEST(test_a_picture_without_noise_stays_one) {
  // Both pictures are processed in one way.
  for (const auto effect : {median_reduction, bilateral_reduction, chroma_reduction,
                            temporal_reduction, sharpening, enlargement, reduction}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      FramePairs pairs = some_pairs(3);
      for (FramePair& pair : pairs) pair.noisy = pair.clean.clone();
      const FramePairs before = copy_of(pairs);
      Rng rng(seed);
      effect(pairs, rng);
      for (const FramePair& pair : pairs) ck_assert(equal(pair.noisy, pair.clean));
      ck_assert(!equal(pairs[2].clean, before[2].clean) || effect == temporal_reduction);
    }
  }
}
END_TEST

START_TEST(test_reduction_of_noise_reduces_it) {
  for (const auto effect : {median_reduction, bilateral_reduction, chroma_reduction}) {
    try_effect(effect, [](const FramePairs& before, const FramePairs& after) {
      ck_assert_double_lt(noise(after, 1, 3), 0.97 * noise(before, 1, 3));
    });
  }
  // Recursive averages need a scene that stands still.
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    FramePairs pairs = some_pairs(6);
    cv::RNG random(9);
    for (FramePair& pair : pairs) {
      pairs.front().clean.copyTo(pair.clean);
      cv::Mat of_frame(pair.clean.size(), CV_32FC1);
      random.fill(of_frame, cv::RNG::NORMAL, 0, 3);
      cv::add(pair.clean, of_frame, pair.noisy, cv::noArray(), CV_8U);
    }
    const double before = noise({pairs.back()}, 0, 3);
    Rng rng(seed);
    temporal_reduction(pairs, rng);
    ck_assert_double_lt(noise({pairs.back()}, 0, 3), 0.97 * before);
  }
}
END_TEST

START_TEST(test_sharpening_is_of_luma_and_raises_noise) {
  try_effect(sharpening, [](const FramePairs& before, const FramePairs& after) {
    ck_assert_double_gt(noise(after, 0, 1), 1.1 * noise(before, 0, 1));
    ck_assert(equal(plane_of(after[0].noisy, 1), plane_of(before[0].noisy, 1)));
    ck_assert(equal(plane_of(after[0].clean, 2), plane_of(before[0].clean, 2)));
  });
}
END_TEST

START_TEST(test_halos_do_not_cross_planes) {
  // In flat luma beside flat chroma there is no edge.
  FramePairs pairs(1);
  pairs[0].clean = cv::Mat(kPairHeight / 2 * 3, kPairWidth, CV_8UC1, cv::Scalar(40));
  plane_of(pairs[0].clean, 1).setTo(200);
  plane_of(pairs[0].clean, 2).setTo(90);
  pairs[0].noisy = pairs[0].clean.clone();
  const cv::Mat before = pairs[0].clean.clone();
  for (const auto effect : {median_reduction, bilateral_reduction, chroma_reduction,
                            temporal_reduction, sharpening, enlargement, reduction}) {
    Rng rng(3);
    effect(pairs, rng);
    ck_assert(equal(pairs[0].clean, before));
  }
}
END_TEST

int main() {
  return run_suite("camera_effects", {
                                         test_a_picture_without_noise_stays_one,
                                         test_reduction_of_noise_reduces_it,
                                         test_sharpening_is_of_luma_and_raises_noise,
                                         test_halos_do_not_cross_planes,
                                     });
}
