// SPDX-License-Identifier: LGPL-2.1-or-later
// Clips that come from video files.
#include <cmath>
#include <filesystem>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/videoio.hpp>
#include <string>

#include "data/picture_set.h"
#include "support/check.h"
#include "support/shared_data.h"
#include "support/temp_folder.h"
#include "training/dataset_files.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Flat frames; frame i has the gray level first + i.
void write_video(const std::filesystem::path& file, int first, int frames) {
  std::filesystem::create_directories(file.parent_path());
  cv::VideoWriter video(file.string(), cv::CAP_OPENCV_MJPEG,
                        cv::VideoWriter::fourcc('M', 'J', 'P', 'G'), 25, {48, 32});
  ck_assert(video.isOpened());
  for (int i = 0; i < frames; ++i)
    video.write(cv::Mat(32, 48, CV_8UC3, cv::Scalar::all(first + i)));
}

PictureSet load(const std::filesystem::path& path, const DatasetOptions& options = {}) {
  return find_dataset("frames").load(path, options);
}

/// Frames keep their number and their picture, and follow one another.
void check_frames(const PictureSet& pictures, int first_level) {
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const Picture& p = pictures[i];
    ck_assert(p.pixels.type() == CV_8UC3 && p.pixels.size() == cv::Size(48, 32));
    ck_assert_double_eq_tol(cv::mean(p.pixels)[1], first_level + p.frame, 2.5);
    ck_assert(p.name.ends_with("#" + std::to_string(p.frame)));
    if (i > 0 && pictures[i - 1].clip == p.clip) ck_assert_int_gt(p.frame, pictures[i - 1].frame);
  }
}

}  // namespace

START_TEST(test_a_file_is_a_clip) {
  const TempFolder folder;
  write_video(folder / "film.avi", 20, 30);
  const PictureSet pictures = load(folder / "film.avi");
  ck_assert_uint_eq(pictures.size(), 30);
  check_frames(pictures, 20);
  for (const Picture& picture : pictures) ck_assert_int_eq(picture.clip, 0);
  ck_assert(&guess_dataset(folder / "film.avi") == &find_dataset("frames"));
}
END_TEST

START_TEST(test_a_long_file_gives_runs_spread_over_it) {
  const TempFolder folder;
  write_video(folder / "film.avi", 20, 200);
  const PictureSet pictures = load(folder / "film.avi", {.video_frames = 48});
  ck_assert_uint_eq(pictures.size(), 48);
  check_frames(pictures, 20);
  const int first[] = {0, 92, 184};
  for (int i = 0; i < 48; ++i)
    ck_assert_int_eq(pictures[static_cast<std::size_t>(i)].frame, first[i / 16] + i % 16);
  ck_assert_uint_eq(load(folder / "film.avi", {.video_frames = 0}).size(), 200);
  ck_assert_uint_eq(load(folder / "film.avi").size(), 64);
  ck_assert_int_eq(load(folder / "film.avi", {.video_frames = 10})[0].frame, 95);
}
END_TEST

START_TEST(test_a_folder_of_files_gives_a_clip_each) {
  const TempFolder folder;
  write_video(folder / "films/b.avi", 120, 5);
  write_video(folder / "films/a.AVI", 20, 7);
  ck_assert(&guess_dataset(folder / "films") == &find_dataset("frames"));
  const PictureSet pictures = load(folder / "films");
  ck_assert_uint_eq(pictures.size(), 12);
  ck_assert_str_eq(pictures[0].name.c_str(), "a.AVI#0");
  ck_assert_int_eq(pictures[6].clip, 0);
  ck_assert_int_eq(pictures[7].clip, 1);
  ck_assert_uint_eq(load(folder / "films", {.limit = 1}).size(), 7);
}
END_TEST

START_TEST(test_videos_beside_frames_are_left_alone) {
  const TempFolder folder;
  write_video(folder / "clips/film.avi", 120, 5);
  std::filesystem::create_directories(folder / "clips/shot");
  for (const char* name : {"clips/shot/1.png", "clips/shot/2.png"})
    cv::imwrite((folder / name).string(), cv::Mat(8, 8, CV_8UC1, cv::Scalar(7)));
  ck_assert_uint_eq(load(folder / "clips").size(), 2);
}
END_TEST

START_TEST(test_files_that_do_not_decode_are_named) {
  const TempFolder folder;
  write_file(folder / "broken/no.mp4", "this is no film");
  DAE_ASSERT_ERROR(load(folder / "broken/no.mp4"), corrupt);
  ck_assert(message_of([&] { load(folder / "broken"); }).find("no.mp4") != std::string::npos);
  write_video(folder / "broken/yes.avi", 20, 4);
  std::string told;
  const DatasetOptions options{.log = [&](LogLevel, std::string_view text) { told = text; }};
  ck_assert_uint_eq(load(folder / "broken", options).size(), 4);
  ck_assert(told.find("no.mp4") != std::string::npos);
}
END_TEST

START_TEST(test_a_real_film_has_its_frames) {
  const auto file = shared_data("data/video/test/derf_carphone_qcif.mp4");
  const PictureSet pictures = load(file, {.video_frames = 0});
  ck_assert_uint_eq(pictures.size(), 120);
  ck_assert(pictures[0].pixels.size() == cv::Size(176, 144));
  // Neighbours are alike, but not the same.
  const double step = cv::norm(pictures[50].pixels, pictures[51].pixels, cv::NORM_L1) /
                      static_cast<double>(3 * pictures[50].pixels.total());
  ck_assert(step > 0.1 && step < 20);
}
END_TEST

int main() {
  return run_suite(
      "video_files",
      {test_a_file_is_a_clip, test_a_long_file_gives_runs_spread_over_it,
       test_a_folder_of_files_gives_a_clip_each, test_videos_beside_frames_are_left_alone,
       test_files_that_do_not_decode_are_named, test_a_real_film_has_its_frames});
}
