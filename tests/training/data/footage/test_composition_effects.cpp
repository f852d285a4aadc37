// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/composition_effects.h"
#include "support/check.h"
#include "training/footage_pairs.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Counts the samples of luma in which a pair differs.
int noisy_samples(const FramePair& pair) {
  return cv::countNonZero(plane_of(pair.noisy, 0) != plane_of(pair.clean, 0));
}

}  // namespace

START_TEST(test_bars_have_one_colour_and_no_noise) {
  int black = 0, one_sided = 0;
  try_effect(bars, [&](const FramePairs& before, const FramePairs& after) {
    const cv::Mat covered = plane_of(after[0].clean, 0) != plane_of(before[0].clean, 0);
    ck_assert_int_gt(cv::countNonZero(covered), 0);
    for (std::size_t t = 0; t < after.size(); ++t) {
      const cv::Mat clean = plane_of(after[t].clean, 0), noisy = plane_of(after[t].noisy, 0);
      // A bar covers a corner.
      const cv::Point corner =
          covered.at<std::uint8_t>(0, 0) != 0 || cv::countNonZero(covered.row(0)) > kPairWidth / 2
              ? cv::Point(0, 0)
              : cv::Point(kPairWidth - 1, kPairHeight - 1);
      const int colour = clean.at<std::uint8_t>(corner);
      ck_assert_int_eq(noisy.at<std::uint8_t>(corner), colour);
      const cv::Mat changed = clean != plane_of(before[t].clean, 0);
      cv::Mat wrong = changed & (clean != colour);
      ck_assert_int_eq(cv::countNonZero(wrong), 0);
      wrong = changed & (noisy != clean);
      ck_assert_int_eq(cv::countNonZero(wrong), 0);
      ck_assert_int_lt(noisy_samples(after[t]), noisy_samples(before[t]));
      if (t == 0) black += colour == 0 || colour == 16;
    }
    one_sided += cv::countNonZero(covered) < kPairWidth * kPairHeight / 4;
  });
  ck_assert(black > 20 && black < 40);
  ck_assert_int_gt(one_sided, 5);
}
END_TEST

START_TEST(test_one_side_of_a_split_screen_is_clean) {
  try_effect(split_screen, [](const FramePairs& before, const FramePairs& after) {
    for (std::size_t t = 0; t < after.size(); ++t) {
      ck_assert(equal(after[t].clean, before[t].clean));
      const int all = noisy_samples(before[t]), left = noisy_samples(after[t]);
      ck_assert(left > all / 8 && left < all * 7 / 8);
    }
  });
}
END_TEST

START_TEST(test_insets_have_other_noise_than_what_is_around) {
  int noisy_insets = 0;
  try_effect(inset, [&](const FramePairs& before, const FramePairs& after) {
    const int all = noisy_samples(before[0]), left = noisy_samples(after[0]);
    ck_assert(left > 0 && left < all);
    ck_assert(!equal(after[0].clean, before[0].clean));
    // The large picture has noise in its corners, or nowhere.
    const cv::Mat noise = plane_of(after[0].noisy, 0) != plane_of(after[0].clean, 0);
    const cv::Mat was = plane_of(before[0].noisy, 0) != plane_of(before[0].clean, 0);
    const cv::Mat changed = plane_of(before[0].clean, 0) != plane_of(after[0].clean, 0);
    const cv::Mat outside = was & ~noise & ~changed;
    noisy_insets += cv::countNonZero(outside) > all / 4;
  });
  ck_assert(noisy_insets > 8 && noisy_insets < 32);
}
END_TEST

START_TEST(test_titles_lie_over_both_pictures) {
  for (const auto effect : {logo, subtitles}) {
    int changed = 0;
    try_effect(effect, [&](const FramePairs& before, const FramePairs& after) {
      cv::Mat difference;
      for (std::size_t t = 0; t < after.size(); ++t) {
        cv::absdiff(plane_of(after[t].clean, 0), plane_of(before[t].clean, 0), difference);
        const int covered = cv::countNonZero(difference);
        ck_assert_int_lt(covered, kPairWidth * kPairHeight * 2 / 3);
        changed += covered > 0;
        // Noise is covered, and nowhere added.
        cv::Mat more, noise_before, noise_after;
        cv::absdiff(before[t].noisy, before[t].clean, noise_before);
        cv::absdiff(after[t].noisy, after[t].clean, noise_after);
        more = noise_after > noise_before + 1;
        ck_assert_int_eq(cv::countNonZero(more), 0);
      }
    });
    ck_assert_int_gt(changed, 80);
  }
}
END_TEST

int main() {
  return run_suite("composition_effects", {
                                              test_bars_have_one_colour_and_no_noise,
                                              test_one_side_of_a_split_screen_is_clean,
                                              test_insets_have_other_noise_than_what_is_around,
                                              test_titles_lie_over_both_pictures,
                                          });
}
