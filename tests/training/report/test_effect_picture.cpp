// SPDX-License-Identifier: LGPL-2.1-or-later
#include <opencv2/imgcodecs.hpp>

#include "data/footage/effects.h"
#include "data/footage/encoders.h"
#include "report/effect_picture.h"
#include "support/check.h"
#include "support/temp_folder.h"
#include "training/one_sample.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_a_row_for_each_effect_and_encoder) {
  const TempFolder folder;
  const auto png = folder / "effects.png";
  // A small picture is enough, with colour or without.
  for (const int channels : {1, 3}) {
    write_effect_picture(png, random_picture(50, 70, channels).pixels, 3);
    const cv::Mat picture = cv::imread(png.string());
    const auto rows = static_cast<int>(footage_effects().size() + 2 * encoders().size());
    ck_assert_int_ge(picture.rows, rows * 128);
    ck_assert_int_le(picture.rows, rows * 160);
    ck_assert_int_ge(picture.cols, 9 * 128);
  }
}
END_TEST

int main() { return run_suite("effect_picture", {test_a_row_for_each_effect_and_encoder}); }
