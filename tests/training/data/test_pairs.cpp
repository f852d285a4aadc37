// SPDX-License-Identifier: LGPL-2.1-or-later
// The row pairs of the table of data sets, and samples of such pictures.
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "data/sampler.h"
#include "layout/packed_layout.h"
#include "support/check.h"
#include "training/dataset_files.h"
#include "training/one_sample.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

PictureSet load(const std::filesystem::path& path) { return find_dataset("pairs").load(path, {}); }

bool equal(const cv::Mat& a, const cv::Mat& b) {
  return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, cv::NORM_INF) == 0;
}

}  // namespace

START_TEST(test_both_pictures_are_read_by_name) {
  const TempFolder folder;
  const PictureSet pictures = load(write_example("pairs", folder));
  ck_assert_uint_eq(pictures.size(), 5);
  for (int i = 0; i < 5; ++i) {
    ck_assert(pictures[i].name == "p" + std::to_string(i) + "_clean.png");
    ck_assert(equal(pictures[i].pixels, numbered_picture(i)));
    ck_assert(equal(pictures[i].noisy, numbered_picture(i) + cv::Scalar::all(2)));
  }
}
END_TEST

START_TEST(test_two_folders_may_hold_clips) {
  const TempFolder folder;
  for (const std::string part : {"clean", "noisy"})
    for (int i = 0; i < 3; ++i)
      write_picture(folder / (part + "/clip/000" + std::to_string(i) + ".png"),
                    numbered_picture(i + (part == "noisy" ? 7 : 0)));
  const PictureSet pictures = load(folder.path());
  ck_assert_uint_eq(pictures.size(), 3);
  for (int i = 0; i < 3; ++i) {
    ck_assert(pictures[i].clip == 0 && pictures[i].frame == i);
    ck_assert(equal(pictures[i].noisy, numbered_picture(i + 7)));
  }
  write_picture(folder / "noisy/clip/0003.png", numbered_picture(1));
  DAE_ASSERT_ERROR(load(folder.path()), corrupt);
}
END_TEST

START_TEST(test_a_picture_alone_is_refused) {
  const TempFolder folder;
  write_picture(folder / "a_clean.png", numbered_picture(1));
  DAE_ASSERT_ERROR(load(folder.path()), not_found);
  write_picture(folder / "a_noisy.png", numbered_picture(1, 3, 22, 16));
  DAE_ASSERT_ERROR(load(folder.path()), corrupt);
}
END_TEST

START_TEST(test_samples_are_the_same_crop_of_both) {
  Picture pair = random_picture(90, 70, 3);
  pair.noisy = pair.pixels.clone();
  // In luma the noise tells where it was.
  for (int y = 0; y < 70; ++y)
    for (int x = 0; x < 90; ++x)
      for (int c = 0; c < 3; ++c) {
        auto& code = pair.noisy.at<cv::Vec3b>(y, x)[c];
        code = cv::saturate_cast<std::uint8_t>(code + (x + y) % 2 * 10);
      }
  SampleSettings settings = plain_settings(16, 40);  // noise that must not come
  settings.augment = true;
  const Sampler sampler({pair}, settings);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Sample sample(sampler, seed), again(sampler, seed);
    ck_assert(sample.input_values == again.input_values);
    double squares = 0;
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x)
        for (int c = 0; c < 4; ++c) {
          const double noise = sample.out(x, y, c) * 255;
          ck_assert(noise > -1.01 && noise < 11.01);
          squares += noise * noise / 256;
        }
    ck_assert_double_eq_tol(squares, 50, 12);  // 10 in half of the pixels, where nothing is clipped
    assert_near(sample.in(3, 4, kLumaNoiseChannel), std::sqrt(squares) / 255 * kNoiseLevelScale,
                1e-4);
  }
}
END_TEST

START_TEST(test_sequences_of_clips_turn_back_only_where_they_must) {
  PictureSet clip;
  for (int t = 0; t < 6; ++t) {
    Picture picture = constant_picture(16, 16, cv::Scalar::all(40 * t));
    picture.noisy = picture.pixels.clone();
    picture.clip = 0;
    picture.frame = t;
    clip.push_back(picture);
  }
  SampleSettings settings = plain_settings(16, 0);
  settings.frames = 4;
  const Sampler sampler(clip, settings);
  const auto shown = [&](std::size_t picture, std::uint64_t seed) {
    std::vector<float> input(4 * 64 * kPackedInputChannels), target(4 * 64 * kPackedChannels);
    sampler.draw(seed, picture, {input.data(), kPackedInputChannels, 8, 8},
                 {target.data(), kPackedChannels, 8, 8});
    std::vector<long> frames;
    for (std::size_t t = 0; t < 4; ++t)
      frames.push_back(std::lround((input[t * 64 * kPackedInputChannels] * 255 + 128) / 40));
    return frames;
  };
  std::set<long> begins;
  for (std::uint64_t seed = 0; seed < 20; ++seed)
    for (long picture = 0; picture < 6; ++picture) {
      const std::vector<long> frames = shown(static_cast<std::size_t>(picture), seed);
      ck_assert(frames.front() <= picture && picture <= frames.back());
      for (std::size_t t = 1; t < 4; ++t) ck_assert_int_eq(frames[t], frames[0] + (long)t);
      if (picture == 3) begins.insert(frames.front());
    }
  ck_assert_uint_eq(begins.size(), 3);
}
END_TEST

START_TEST(test_pairs_are_for_packed_samples) {
  Picture pair = random_picture(40, 40, 1);
  pair.noisy = pair.pixels.clone();
  SampleSettings settings = plain_settings(16, 5);
  settings.domain = InputRepresentation::luma;
  DAE_ASSERT_ERROR(Sampler({pair}, settings), bad_argument);
  pair.noisy = cv::Mat(20, 40, CV_8UC1);
  DAE_ASSERT_ERROR(Sampler({pair}, plain_settings(16, 5)), bad_argument);
}
END_TEST

int main() {
  return run_suite("pairs", {
                                test_both_pictures_are_read_by_name,
                                test_two_folders_may_hold_clips,
                                test_a_picture_alone_is_refused,
                                test_samples_are_the_same_crop_of_both,
                                test_sequences_of_clips_turn_back_only_where_they_must,
                                test_pairs_are_for_packed_samples,
                            });
}
