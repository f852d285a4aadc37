// SPDX-License-Identifier: LGPL-2.1-or-later
// The split keeps training, validation and test apart, with its groups and for repeated pictures.
#include <set>
#include <string>

#include "data/picture_set.h"
#include "support/check.h"
#include "support/shared_data.h"
#include "training/dataset_files.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_split_follows_share_and_seed) {
  PictureSet pictures(100);
  for (int i = 0; i < 100; ++i) pictures[i].name = std::to_string(i);
  ck_assert_uint_eq(split(pictures, 0.2, 1).validation.size(), 20);
  ck_assert_uint_eq(split(pictures, 0, 1).validation.size(), 0);
  ck_assert_uint_eq(split(pictures, 0.001, 1).validation.size(), 1);
  ck_assert_uint_eq(split(pictures, 0.999, 1).training.size(), 1);
  ck_assert(text_of(split(pictures, 0.2, 1).validation) !=
            text_of(split(pictures, 0.2, 2).validation));
  DAE_ASSERT_ERROR(split(pictures, 1, 1), bad_argument);
  DAE_ASSERT_ERROR(split(pictures, -0.1, 1), bad_argument);
}
END_TEST

START_TEST(test_repeated_photographs_are_left_out_once) {
  PictureSet pictures;
  const auto add = [&](int number, const char* name, int clip = -1, int width = 24) {
    pictures.push_back({numbered_picture(number, 1, width), name, clip, 0, ""});
  };
  add(1, "a");
  add(2, "b");
  add(1, "c");
  add(1, "d", 0);
  add(1, "e", 0);
  add(1, "f", -1, 12);
  pictures.push_back({numbered_picture(1, 1).clone(), "g"});
  // Another shape holds equal bytes.
  pictures.push_back({numbered_picture(1, 1).reshape(1, 24), "h"});
  // A part of a larger picture holds equal pixels.
  cv::Mat larger(40, 40, CV_8UC1, cv::Scalar(9));
  numbered_picture(2, 1).copyTo(larger(cv::Rect(3, 4, 24, 16)));
  pictures.push_back({larger(cv::Rect(3, 4, 24, 16)), "i"});
  const PictureSet left = without_repeats(pictures);
  std::string names;
  for (const Picture& picture : left) names += picture.name;
  ck_assert_str_eq(names.c_str(), "abdefh");
}
END_TEST

START_TEST(test_groups_stay_together_in_the_split) {
  PictureSet pictures;
  // 12 patients of 1 to 5 pictures, and 8 pictures without a number.
  for (int i = 0; i < 36; ++i)
    pictures.push_back({{}, "x_" + std::to_string(100 + i * i % 12) + "_" + std::to_string(i)});
  for (int i = 0; i < 8; ++i) pictures.push_back({{}, "plain" + std::to_string(i)});
  group_by_name(pictures, "_([0-9]{3})_");
  std::set<std::string> groups;
  for (const Picture& picture : pictures) groups.insert(picture.group);
  ck_assert(groups == std::set<std::string>({"", "100", "101", "104", "109"}));
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    const Split parts = split(pictures, 0.25, seed);
    std::set<std::string> held;
    for (const Picture& picture : parts.validation)
      held.insert(picture.group.empty() ? picture.name : picture.group);
    // A quarter of the 4 groups and 8 pictures.
    ck_assert_uint_eq(held.size(), 3);
    for (const Picture& picture : parts.training)
      ck_assert(!held.contains(picture.group.empty() ? picture.name : picture.group));
    ck_assert_uint_eq(parts.training.size() + parts.validation.size(), pictures.size());
  }
}
END_TEST

START_TEST(test_bad_patterns_of_groups_are_refused) {
  PictureSet pictures = {{{}, "a_12_x"}, {{}, "b_34_x"}};
  for (const char* pattern : {"", "_[0-9]+_", "_([0-9]+_", "([", "(*)", "_([a-z]+)_"}) {
    DAE_ASSERT_ERROR(group_by_name(pictures, pattern), bad_argument);
    const std::string message = message_of([&] { group_by_name(pictures, pattern); });
    ck_assert(message.find("'" + std::string(pattern) + "'") != std::string::npos);
  }
  // A pattern that matches none of the names would group nothing, unnoticed. The message shows a
  // name.
  ck_assert(message_of([&] { group_by_name(pictures, "_([a-z]+)_"); }).find("a_12_x") !=
            std::string::npos);
  group_by_name(pictures, "a_([0-9]+)_");
  ck_assert_str_eq(pictures[0].group.c_str(), "12");
  ck_assert_str_eq(pictures[1].group.c_str(), "");
}
END_TEST

START_TEST(test_shared_radiographs_are_grouped_by_patient) {
  const auto path = shared_data("data/chest-xray");
  PictureSet pictures = find_dataset("images").load(path, {.size_px = 52});
  ck_assert_uint_eq(pictures.size(), 530);
  group_by_name(pictures, "_([0-9]{8})_");
  std::set<std::string> patients;
  for (const Picture& picture : pictures) patients.insert(picture.group);
  ck_assert(!patients.contains(""));
  ck_assert_uint_eq(patients.size(), 406);
}
END_TEST

int main() {
  return run_suite("split", {
                                test_split_follows_share_and_seed,
                                test_repeated_photographs_are_left_out_once,
                                test_groups_stay_together_in_the_split,
                                test_bad_patterns_of_groups_are_refused,
                                test_shared_radiographs_are_grouped_by_patient,
                            });
}
