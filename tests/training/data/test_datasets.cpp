// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of data sets, and its rows images, frames and idx.
#include <set>
#include <string>

#include "data/picture_set.h"
#include "support/check.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "training/dataset_files.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_every_set_loads_the_same_twice) {
  for (const DatasetInfo& info : datasets()) {
    const std::string name(info.name);
    const TempFolder folder;
    const auto path = write_example(name, folder);
    const PictureSet pictures = info.load(path, {});
    ck_assert_uint_ge(pictures.size(), 4);
    for (const Picture& picture : pictures) {
      ck_assert(picture.pixels.type() == CV_8UC1 || picture.pixels.type() == CV_8UC3);
      ck_assert(!picture.name.empty());
    }
    ck_assert(text_of(pictures) == text_of(info.load(path, {})));
    ck_assert_ptr_eq(&find_dataset(name), &info);
  }
  DAE_ASSERT_ERROR(find_dataset("tapes"), bad_argument);
}
END_TEST

START_TEST(test_guess_knows_folders_and_files_from_outside) {
  for (const char* name : {"images", "frames", "idx"}) {
    const TempFolder folder;
    ck_assert_str_eq(guess_dataset(write_example(name, folder)).name.data(), name);
  }
}
END_TEST

START_TEST(test_every_set_splits_without_overlap) {
  for (const DatasetInfo& info : datasets()) {
    const TempFolder folder;
    const PictureSet all = info.load(write_example(std::string(info.name), folder), {});
    const Split parts = split(all, 0.25, 7);
    ck_assert_uint_eq(parts.training.size() + parts.validation.size(), all.size());
    ck_assert(!parts.training.empty() && !parts.validation.empty());
    std::set<std::string> names;
    std::set<int> clips;
    for (const Picture& picture : parts.training) {
      names.insert(picture.name);
      clips.insert(picture.clip);
    }
    for (const Picture& picture : parts.validation) {
      ck_assert(names.insert(picture.name).second);
      ck_assert(picture.clip < 0 || !clips.contains(picture.clip));
    }
    ck_assert_uint_eq(names.size(), all.size());
    const Split again = split(all, 0.25, 7);
    ck_assert(text_of(parts.validation) == text_of(again.validation));
    ck_assert(text_of(parts.training) == text_of(again.training));
  }
}
END_TEST

START_TEST(test_every_set_names_a_missing_path) {
  const TempFolder folder;
  for (const DatasetInfo& info : datasets()) {
    DAE_ASSERT_ERROR(info.load(folder / "absent", {}), not_found);
    ck_assert(message_of([&] { info.load(folder / "absent", {}); }).find("absent") !=
              std::string::npos);
  }
  DAE_ASSERT_ERROR(guess_dataset(folder / "absent"), not_found);
}
END_TEST

START_TEST(test_images_skips_broken_files_and_names_them) {
  const TempFolder folder;
  write_picture(folder / "good.png", numbered_picture(1));
  write_picture(folder / "deep/er/GOOD.JPG", numbered_picture(2, 1));
  write_picture(folder / "whole.jpg", numbered_picture(3, 3, 200, 200));
  const std::string jpeg = read_file(folder / "whole.jpg");
  write_file(folder / "cut.jpg", jpeg.substr(0, jpeg.size() / 2));
  write_file(folder / "fake.png", "not a picture");
  write_file(folder / "empty.webp", "");
  write_file(folder / "notes.txt", "not read");
  std::string log;
  const PictureSet pictures = find_dataset("images").load(folder.path(), {.log = log_into(log)});
  ck_assert_uint_eq(pictures.size(), 3);
  ck_assert_str_eq(pictures[0].name.c_str(), "deep/er/GOOD.JPG");
  ck_assert_int_eq(pictures[0].pixels.channels(), 1);
  ck_assert_str_eq(pictures[1].name.c_str(), "good.png");
  ck_assert_int_eq(pictures[1].clip, -1);
  for (const char* name : {"cut.jpg", "fake.png", "empty.webp"})
    ck_assert_msg(log.find(name) != std::string::npos, "%s is not in: %s", name, log.c_str());
  ck_assert(log.find("notes.txt") == std::string::npos);
}
END_TEST

START_TEST(test_images_needs_one_usable_picture) {
  const TempFolder folder;
  DAE_ASSERT_ERROR(find_dataset("images").load(folder.path(), {}), not_found);
  DAE_ASSERT_ERROR(find_dataset("frames").load(folder.path(), {}), not_found);
  write_file(folder / "fake.png", "not a picture");
  DAE_ASSERT_ERROR(find_dataset("images").load(folder.path(), {}), corrupt);
  DAE_ASSERT_ERROR(find_dataset("frames").load(folder.path(), {}), corrupt);
}
END_TEST

START_TEST(test_images_become_8_bit_without_alpha) {
  const TempFolder folder;
  write_picture(folder / "a.png", cv::Mat(3, 5, CV_16UC3, cv::Scalar(0x1234, 0x8000, 0xffff)));
  write_picture(folder / "b.png", cv::Mat(3, 5, CV_8UC4, cv::Scalar(10, 20, 30, 40)));
  const PictureSet pictures = find_dataset("images").load(folder.path(), {});
  ck_assert(pictures[0].pixels.at<cv::Vec3b>(2, 4) == cv::Vec3b(0x12, 0x80, 0xff));
  ck_assert(pictures[1].pixels.at<cv::Vec3b>(2, 4) == cv::Vec3b(10, 20, 30));
}
END_TEST

START_TEST(test_frames_are_ordered_by_number) {
  const TempFolder folder;
  for (const int number : {10, 2, 1, 0})
    write_picture(folder / ("b/shot1_" + std::to_string(number) + ".png"),
                  numbered_picture(number));
  write_picture(folder / "a/0.png", numbered_picture(5));
  std::filesystem::create_directory(folder / "c");
  const PictureSet pictures = find_dataset("frames").load(folder.path(), {});
  ck_assert_uint_eq(pictures.size(), 5);
  ck_assert_str_eq(pictures[0].name.c_str(), "a/0.png");
  ck_assert_int_eq(pictures[0].clip, 0);
  const char* order[] = {"b/shot1_0.png", "b/shot1_1.png", "b/shot1_2.png", "b/shot1_10.png"};
  for (int i = 0; i < 4; ++i) {
    ck_assert_str_eq(pictures[1 + i].name.c_str(), order[i]);
    ck_assert_int_eq(pictures[1 + i].clip, 1);
    ck_assert_int_eq(pictures[1 + i].frame, i);
  }
  ck_assert_uint_eq(find_dataset("frames").load(folder.path(), {.limit = 1}).size(), 1);
  ck_assert_uint_eq(find_dataset("frames").load(folder.path() / "b", {}).size(), 4);
}
END_TEST

START_TEST(test_guess_tells_photographs_from_clips) {
  const TempFolder folder;
  write_picture(folder / "set/1010.png", numbered_picture(0));
  write_picture(folder / "set/2022.png", numbered_picture(1));
  ck_assert_str_eq(guess_dataset(folder.path()).name.data(), "images");
  write_picture(folder / "clip/07.png", numbered_picture(0));
  write_picture(folder / "clip/08.png", numbered_picture(1));
  ck_assert_str_eq(guess_dataset(folder.path()).name.data(), "frames");
}
END_TEST

START_TEST(test_idx_reads_plain_and_gzip) {
  const TempFolder folder;
  const std::string bytes = idx_bytes(3);
  write_file(folder / "plain", bytes);
  write_gzip(folder / "packed.gz", bytes);
  const PictureSet plain = find_dataset("idx").load(folder / "plain", {});
  ck_assert_uint_eq(plain.size(), 3);
  ck_assert_int_eq(plain[2].pixels.cols, 5);
  ck_assert_int_eq(plain[2].pixels.rows, 4);
  ck_assert_uint_eq(plain[2].pixels.at<std::uint8_t>(1, 3), ((2 * 20 + 1 * 5 + 3) * 7) % 256);
  ck_assert(text_of(plain) == text_of(find_dataset("idx").load(folder / "packed.gz", {})));
  ck_assert_uint_eq(find_dataset("idx").load(folder / "plain", {.limit = 2}).size(), 2);
}
END_TEST

START_TEST(test_idx_names_file_and_byte_of_an_error) {
  const TempFolder folder;
  const std::string bytes = idx_bytes(3);
  const auto path = folder / "broken.idx";
  const auto expect = [&](const std::string& content, const std::string& position) {
    write_file(path, content);
    DAE_ASSERT_ERROR(find_dataset("idx").load(path, {}), corrupt);
    const std::string message = message_of([&] { find_dataset("idx").load(path, {}); });
    ck_assert_msg(message.find("broken.idx") != std::string::npos &&
                      message.find("byte " + position + " ") != std::string::npos,
                  "expected byte %s in: %s", position.c_str(), message.c_str());
  };
  expect("", "0");
  expect(bytes.substr(0, 3), "3");
  expect(bytes.substr(0, 14), "14");
  expect(bytes.substr(0, 16 + 25), "41");
  expect(bytes + "x", "76");
  expect(big_endian(0x801) + bytes.substr(4), "0");
  expect("\x89PNG" + bytes.substr(4), "0");
  expect(big_endian(0x803) + big_endian(0) + bytes.substr(8), "4");
  expect(big_endian(0x803) + big_endian(0xffffffff) + bytes.substr(8), "4");
  expect(bytes.substr(0, 8) + big_endian(0) + bytes.substr(12), "8");
  expect(bytes.substr(0, 8) + big_endian(0x7fffffff) + big_endian(0x7fffffff), "8");
}
END_TEST

START_TEST(test_idx_refuses_a_cut_gzip_file) {
  const TempFolder folder;
  write_gzip(folder / "whole.gz", idx_bytes(500));
  const std::string bytes = read_file(folder / "whole.gz");
  write_file(folder / "cut.gz", bytes.substr(0, bytes.size() / 2));
  DAE_ASSERT_ERROR(find_dataset("idx").load(folder / "cut.gz", {}), corrupt);
}
END_TEST

START_TEST(test_shared_digits_are_guessed_and_read) {
  const auto path = shared_data("data/mnist/t10k-images-idx3-ubyte.gz");
  const PictureSet pictures = guess_dataset(path).load(path, {});
  ck_assert_uint_eq(pictures.size(), 10000);
  ck_assert_int_eq(pictures[9999].pixels.cols, 28);
}
END_TEST

START_TEST(test_shared_clips_are_guessed_and_read) {
  const auto path = shared_data("data/video/test");
  ck_assert_str_eq(guess_dataset(path).name.data(), "frames");
  const PictureSet pictures = guess_dataset(path).load(path, {.limit = 1});
  ck_assert_uint_eq(pictures.size(), 16);
}
END_TEST

START_TEST(test_shared_photographs_are_guessed) {
  const auto path = shared_data("data/photos/test/CBSD68");
  ck_assert_str_eq(guess_dataset(path).name.data(), "images");
}
END_TEST

int main() {
  return run_suite("datasets", {
                                   test_every_set_loads_the_same_twice,
                                   test_guess_knows_folders_and_files_from_outside,
                                   test_every_set_splits_without_overlap,
                                   test_every_set_names_a_missing_path,
                                   test_images_skips_broken_files_and_names_them,
                                   test_images_needs_one_usable_picture,
                                   test_images_become_8_bit_without_alpha,
                                   test_frames_are_ordered_by_number,
                                   test_guess_tells_photographs_from_clips,
                                   test_idx_reads_plain_and_gzip,
                                   test_idx_names_file_and_byte_of_an_error,
                                   test_idx_refuses_a_cut_gzip_file,
                                   test_shared_digits_are_guessed_and_read,
                                   test_shared_clips_are_guessed_and_read,
                                   test_shared_photographs_are_guessed,
                               });
}
