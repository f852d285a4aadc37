// SPDX-License-Identifier: LGPL-2.1-or-later
#include <string>

#include "data/footage/drawn_content.h"
#include "support/check.h"
#include "training/footage_pairs.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_pages_replace_the_picture) {
  for (const auto draw : {text_page, flat_graphics}) {
    int moved = 0;
    for (const int channels : {1, 3}) {
      for (std::uint64_t seed = 0; seed < 40; ++seed) {
        CleanFrames frames = still_frames(5, channels);
        const cv::Mat before = frames.front().clone();
        Rng rng(seed);
        draw(frames, rng);
        ck_assert_uint_eq(frames.size(), 5);
        for (const cv::Mat& frame : frames) {
          ck_assert(frame.size() == before.size() && frame.type() == before.type());
          ck_assert(!equal(frame, before));
        }
        moved += !equal(frames[0], frames[4]);
      }
    }
    ck_assert(moved > 30 && moved < 79);
  }
}
END_TEST

START_TEST(test_text_has_paper_and_ink) {
  int dark_paper = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CleanFrames frames(1, cv::Mat(128, 128, CV_8UC1, cv::Scalar(0)));
    Rng rng(seed);
    text_page(frames, rng);
    const cv::Mat dark = frames[0]<75, light = frames[0]> 165;
    const int covered = cv::countNonZero(dark) + cv::countNonZero(light);
    ck_assert_int_gt(covered, 128 * 128 / 2);
    ck_assert(cv::countNonZero(dark) > 0 && cv::countNonZero(light) > 0);
    dark_paper += cv::countNonZero(dark) > cv::countNonZero(light);
  }
  ck_assert(dark_paper > 15 && dark_paper < 45);
}
END_TEST

START_TEST(test_words_have_letters) {
  Rng rng(2);
  for (int i = 0; i < 100; ++i) {
    const std::string words = random_words(9, rng);
    ck_assert(!words.empty() && words.size() <= 9);
    ck_assert(words.front() != ' ');
  }
}
END_TEST

int main() {
  return run_suite("drawn_content", {
                                        test_pages_replace_the_picture,
                                        test_text_has_paper_and_ink,
                                        test_words_have_letters,
                                    });
}
