// SPDX-License-Identifier: LGPL-2.1-or-later
#include <opencv2/imgcodecs.hpp>
#include <vector>

#include "report/sample_picture.h"
#include "support/check.h"
#include "support/temp_folder.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

bool has_colour(const cv::Mat& picture, const cv::Vec3b& bgr) {
  for (int y = 0; y < picture.rows; ++y)
    for (int x = 0; x < picture.cols; ++x)
      if (picture.at<cv::Vec3b>(y, x) == bgr) return true;
  return false;
}

}  // namespace

START_TEST(test_pictures_have_the_channels_of_their_planes) {
  std::vector<float> values = {0.2f, 0.4f, 0.6f, -1.0f, 0.0f, 2.0f};
  const cv::Mat colour = picture_of_planes({values.data(), 3, 1, 2}, InputRepresentation::luma);
  ck_assert_int_eq(colour.type(), CV_8UC3);
  ck_assert(colour.at<cv::Vec3b>(0, 0) == cv::Vec3b(153, 102, 51));
  ck_assert(colour.at<cv::Vec3b>(0, 1) == cv::Vec3b(255, 0, 0));
  const cv::Mat gray = picture_of_planes({values.data(), 1, 2, 3}, InputRepresentation::luma);
  ck_assert_int_eq(gray.type(), CV_8UC1);
  ck_assert_int_eq(gray.at<std::uint8_t>(0, 2), 153);
  ck_assert_int_eq(gray.at<std::uint8_t>(1, 2), 255);
}
END_TEST

START_TEST(test_grids_of_the_domain_luma_may_be_in_colour) {
  const TempFolder folder;
  constexpr int kSize = 8, kCount = 2;
  const auto constant = [](int channels, float r, float g, float b) {
    std::vector<float> values;
    for (int i = 0; i < kCount * kSize * kSize; ++i) {
      const float pixel[] = {r, g, b};
      values.insert(values.end(), pixel, pixel + channels);
    }
    return values;
  };
  for (const int channels : {1, 3}) {
    write_sample_picture(folder / "g.png", InputRepresentation::luma, kSize, kCount,
                         constant(channels, 1.0f, 0.0f, 0.0f), constant(channels, 0.2f, 0.4f, 0.6f),
                         constant(channels, 0.0f, 0.8f, 0.0f));
    const cv::Mat grid = cv::imread((folder / "g.png").string(), cv::IMREAD_COLOR);
    ck_assert(has_colour(grid, {153, 102, 51}) == (channels == 3));
    ck_assert(has_colour(grid, {0, 204, 0}) == (channels == 3));
    ck_assert(channels == 3 || has_colour(grid, {51, 51, 51}));
  }
}
END_TEST

int main() {
  return run_suite("sample picture", {test_pictures_have_the_channels_of_their_planes,
                                      test_grids_of_the_domain_luma_may_be_in_colour});
}
