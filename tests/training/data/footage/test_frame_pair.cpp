// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdint>

#include "data/footage/frame_pair.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_planes_lie_one_after_another) {
  // Half the width is odd, and half the height.
  cv::Mat i420(9 * 2, 10, CV_8UC1);
  ck_assert_int_eq(luma_size(i420).height, 12);
  ck_assert_int_eq(luma_size(i420).width, 10);
  std::uint8_t number = 0;
  for (int p = 0; p < kPlanes; ++p) {
    cv::Mat plane = plane_of(i420, p);
    ck_assert_int_eq(plane.rows, p == 0 ? 12 : 6);
    ck_assert_int_eq(plane.cols, p == 0 ? 10 : 5);
    for (int y = 0; y < plane.rows; ++y)
      for (int x = 0; x < plane.cols; ++x) plane.at<std::uint8_t>(y, x) = number++;
  }
  for (int i = 0; i < 180; ++i) ck_assert_int_eq(i420.data[i], i);
}
END_TEST

START_TEST(test_rectangles_halve_in_chroma) {
  const cv::Rect part(4, 6, 10, 2);
  ck_assert(in_plane(part, 0) == part);
  ck_assert(in_plane(part, 2) == cv::Rect(2, 3, 5, 1));
}
END_TEST

int main() {
  return run_suite("frame_pair", {
                                     test_planes_lie_one_after_another,
                                     test_rectangles_halve_in_chroma,
                                 });
}
