// SPDX-License-Identifier: LGPL-2.1-or-later
// Samples of several frames.
#include <algorithm>
#include <cmath>
#include <functional>
#include <opencv2/imgproc.hpp>
#include <random>
#include <set>
#include <vector>

#include "data/motion.h"
#include "data/sampler.h"
#include "layout/packed_layout.h"
#include "support/check.h"
#include "train/batch_plan.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kPatch = 32;
constexpr int kPlane = kPatch / 2;
constexpr int kPositions = kPlane * kPlane;

/// The frames of one sample, each as the sampler lays it out.
struct Sequence {
  Sequence(const Sampler& sampler, std::uint64_t seed)
      : input(static_cast<std::size_t>(sampler.frames() * kPositions * kPackedInputChannels)),
        target(static_cast<std::size_t>(sampler.frames() * kPositions * kPackedChannels)) {
    sampler.draw(seed, {input.data(), kPackedInputChannels, kPlane, kPlane},
                 {target.data(), kPackedChannels, kPlane, kPlane});
  }
  std::vector<float> noise(int frame) const {
    const auto begin = target.begin() + frame * kPositions * kPackedChannels;
    return {begin, begin + kPositions * kPackedChannels};
  }
  float level(int frame, int channel) const {
    return input[static_cast<std::size_t>(frame * kPositions * kPackedInputChannels + channel)];
  }
  /// Codes of the clean luma plane.
  std::vector<int> luma(int frame) const {
    std::vector<int> codes(kPatch * kPatch);
    for (int y = 0; y < kPatch; ++y)
      for (int x = 0; x < kPatch; ++x) {
        const int at = frame * kPositions + y / 2 * kPlane + x / 2;
        const int c = y % 2 * 2 + x % 2;
        const float clean = input[static_cast<std::size_t>(at * kPackedInputChannels + c)] -
                            target[static_cast<std::size_t>(at * kPackedChannels + c)];
        codes[static_cast<std::size_t>(y * kPatch + x)] =
            static_cast<int>(std::lround((clean + 0.5f) * 255));
      }
    return codes;
  }

  std::vector<float> input;
  std::vector<float> target;
};

/// No two places of it are alike.
Picture random_picture(int width, int height, unsigned seed) {
  std::mt19937 random(seed);
  cv::Mat pixels(height, width, CV_8UC1);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      pixels.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(random());
  return {pixels, "random"};
}

SampleSettings settings_of(int frames, double sigma) {
  SampleSettings settings;
  settings.patch_px = kPatch;
  settings.frames = frames;
  settings.augment = false;
  settings.noise = {{NoiseModel::gaussian, sigma, sigma, 1}};
  settings.gray_share = settings.limited_range_share = settings.reduced_share = 0;
  return settings;
}

/// Whether b shows, where it can, what stood dx, dy further in a.
bool is_shift(const std::vector<int>& a, const std::vector<int>& b, int dx, int dy) {
  for (int y = std::max(0, -dy); y < std::min(kPatch, kPatch - dy); ++y)
    for (int x = std::max(0, -dx); x < std::min(kPatch, kPatch - dx); ++x)
      if (b[static_cast<std::size_t>(y * kPatch + x)] !=
          a[static_cast<std::size_t>((y + dy) * kPatch + x + dx)])
        return false;
  return true;
}

/// Clips of flat frames whose codes count up: 10 per clip and 1 per frame.
PictureSet counting_clips(int clips, int frames) {
  PictureSet pictures;
  for (int c = 0; c < clips; ++c)
    for (int f = 0; f < frames; ++f)
      pictures.push_back({cv::Mat(40, 50, CV_8UC1, cv::Scalar(10 * (c + 1) + f)), "", c, f});
  return pictures;
}

}  // namespace

START_TEST(test_a_sequence_depends_on_its_seed_alone) {
  SampleSettings settings;
  settings.patch_px = kPatch;
  settings.frames = 4;
  PictureSet pictures = counting_clips(2, 6);
  pictures.push_back(random_picture(90, 70, 1));
  const Sampler sampler(pictures, settings);
  ck_assert_int_eq(sampler.frames(), 4);
  std::set<std::vector<float>> inputs;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sequence first(sampler, seed), again(sampler, seed);
    ck_assert(first.input == again.input && first.target == again.target);
    inputs.insert(first.input);
  }
  ck_assert_uint_eq(inputs.size(), 40);
}
END_TEST

START_TEST(test_noise_has_one_level_and_is_fresh_in_every_frame) {
  SampleSettings settings = settings_of(5, 0);
  settings.noise = {{NoiseModel::gaussian, 10, 50, 1}};
  const Sampler sampler({random_picture(200, 200, 1)}, settings);
  std::set<float> levels;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Sequence sequence(sampler, seed);
    std::set<std::vector<float>> noises;
    for (int t = 0; t < 5; ++t) {
      noises.insert(sequence.noise(t));
      for (const int channel : {kLumaNoiseChannel, kChromaNoiseChannel})
        ck_assert_float_eq(sequence.level(t, channel), sequence.level(0, channel));
    }
    ck_assert_uint_eq(noises.size(), 5);
    levels.insert(sequence.level(0, kLumaNoiseChannel));
  }
  ck_assert_uint_eq(levels.size(), 10);
}
END_TEST

START_TEST(test_photographs_stand_still_pan_and_change) {
  constexpr int kSequences = 300, kFrames = 4;
  const Sampler sampler({random_picture(300, 280, 1)}, settings_of(kFrames, 0));
  int still = 0, panned = 0, horizontal = 0;
  for (std::uint64_t seed = 0; seed < kSequences; ++seed) {
    const Sequence sequence(sampler, seed);
    std::vector<std::vector<int>> luma;
    for (int t = 0; t < kFrames; ++t) luma.push_back(sequence.luma(t));
    const auto moves_by = [&](int dx, int dy) {
      for (int t = 1; t < kFrames; ++t)
        if (!is_shift(luma[0], luma[static_cast<std::size_t>(t)], t * dx, t * dy)) return false;
      return true;
    };
    if (moves_by(0, 0)) {
      ++still;
      continue;
    }
    // Faster ones leave no overlap to compare after 3 frames.
    for (int dy = -10; dy <= 10; ++dy)
      for (int dx = -10; dx <= 10; ++dx)
        if ((dx != 0 || dy != 0) && moves_by(dx, dy)) {
          ++panned;
          horizontal += dy == 0;
        }
  }
  // A fifth and somewhat less than three tenths expected; standard deviations 7 and 8.
  ck_assert_msg(still > 30 && still < 95, "%d still", still);
  ck_assert_msg(panned > 40 && panned < 120, "%d panned", panned);
  ck_assert_msg(horizontal > panned / 4, "%d of %d horizontal", horizontal, panned);
}
END_TEST

START_TEST(test_pans_are_exact_shifts_of_the_canvas) {
  const cv::Mat canvas = random_picture(80, 80, 3).pixels;
  const auto frames = pan(canvas, 20, 4, {9, -3});
  for (int t = 0; t < 4; ++t)
    ck_assert(cv::norm(frames[static_cast<std::size_t>(t)],
                       canvas(cv::Rect(30 + 9 * t, 30 - 3 * t, 20, 20)), cv::NORM_INF) == 0);
}
END_TEST

START_TEST(test_motion_has_all_sizes_and_stays_on_its_canvas) {
  for (const int channels : {1, 3})
    for (const int frames : {2, 3, kMaxFrames})
      for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Rng rng(seed);
        const int side = 16 + 2 * motion_reach(frames);
        // A crop that left the canvas would show its surroundings.
        const auto place = [&] {
          cv::Mat surroundings(3 * side, 3 * side, CV_8UC(channels), cv::Scalar::all(0));
          cv::Mat canvas = surroundings(cv::Rect(side, side, side, side));
          canvas.setTo(cv::Scalar::all(100));
          return canvas;
        };
        const auto result = random_motion(16, frames, place, rng);
        ck_assert_uint_eq(result.size(), static_cast<std::size_t>(frames));
        for (const cv::Mat& frame : result) {
          ck_assert_int_eq(frame.channels(), channels);
          ck_assert(frame.size() == cv::Size(16, 16));
          double low = 0, high = 0;
          cv::minMaxLoc(frame.reshape(1), &low, &high);
          // Light changes by -40 ... 30 %, the same everywhere.
          ck_assert(low == high && low >= 60 && high <= 130);
        }
      }
}
END_TEST

START_TEST(test_clips_give_frames_that_follow_each_other) {
  const Sampler sampler(counting_clips(3, 5), settings_of(3, 0));
  std::set<int> clips;
  int backwards = 0, whole = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Sequence sequence(sampler, seed);
    int codes[3];
    for (int t = 0; t < 3; ++t) {
      const std::vector<int> luma = sequence.luma(t);
      ck_assert_int_eq(*std::min_element(luma.begin(), luma.end()),
                       *std::max_element(luma.begin(), luma.end()));
      codes[t] = luma.front();
    }
    // The last frame of a clip has none after it and is a photograph; the one before turns round.
    const int step = codes[1] - codes[0];
    if (codes[2] - codes[1] != step || std::abs(step) != 1) continue;
    ++whole;
    backwards += step < 0;
    ck_assert_int_eq(codes[0] / 10, codes[2] / 10);
    clips.insert(codes[0] / 10);
  }
  ck_assert_uint_eq(clips.size(), 3);
  // 120 and 36 expected, standard deviations 7 and 5.
  ck_assert_msg(whole > 90 && whole < 150, "%d of 200 are clips", whole);
  ck_assert_msg(backwards > 12 && backwards < 65, "%d are backwards", backwards);
}
END_TEST

START_TEST(test_short_clips_go_to_and_fro) {
  const Sampler sampler(counting_clips(1, 4), settings_of(8, 0));
  int turned = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Sequence sequence(sampler, seed);
    std::vector<int> codes;
    for (int t = 0; t < 8; ++t) codes.push_back(sequence.luma(t).front());
    // Only the first frame is followed by half of what is asked.
    if (codes == std::vector<int>{10, 11, 12, 13, 12, 11, 10, 11} ||
        codes == std::vector<int>{11, 10, 11, 12, 13, 12, 11, 10})
      ++turned;
    else
      ck_assert_msg(std::abs(codes[1] - codes[0]) != 1 || std::abs(codes[2] - codes[1]) != 1 ||
                        std::abs(codes[3] - codes[2]) != 1,
                    "seed %d follows the clip", static_cast<int>(seed));
  }
  // 25 expected, standard deviation 4.3.
  ck_assert_msg(turned > 10 && turned < 43, "%d of 100 go to and fro", turned);
}
END_TEST

START_TEST(test_clips_need_neighbours_of_one_kind) {
  const auto flat = [](int height, int code, int clip, int frame) {
    return Picture{cv::Mat(height, 50, CV_8UC1, cv::Scalar(code)), "", clip, frame};
  };
  // A gap in the numbers, another clip, another size.
  const PictureSet pictures = {flat(40, 20, 0, 0), flat(40, 200, 0, 5), flat(40, 40, 1, 6),
                               flat(44, 220, 1, 7)};
  const Sampler sampler(pictures, settings_of(2, 0));
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Sequence sequence(sampler, seed);
    // Flat photographs stay flat and change by their light only.
    const double ratio = static_cast<double>(sequence.luma(1)[0]) / sequence.luma(0)[0];
    ck_assert_msg(ratio >= 0.55 && ratio < 1.4, "seed %d: %g", static_cast<int>(seed), ratio);
  }
}
END_TEST

START_TEST(test_one_look_for_all_frames) {
  SampleSettings settings = settings_of(3, 0);
  settings.augment = true;
  settings.gray_share = settings.limited_range_share = settings.reduced_share = 0.5;
  // A clip of one picture: whatever the look, its frames must be equal.
  PictureSet pictures;
  for (int f = 0; f < 3; ++f) {
    Picture picture = random_picture(100, 90, 5);
    cv::cvtColor(picture.pixels, picture.pixels, cv::COLOR_GRAY2BGR);
    picture.clip = 0;
    picture.frame = f;
    pictures.push_back(picture);
  }
  const Sampler sampler(pictures, settings);
  std::set<std::vector<int>> looks;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<float> input(3 * kPositions * kPackedInputChannels);
    std::vector<float> target(3 * kPositions * kPackedChannels);
    sampler.draw(seed, 0, {input.data(), kPackedInputChannels, kPlane, kPlane},
                 {target.data(), kPackedChannels, kPlane, kPlane});
    const auto frame = static_cast<std::ptrdiff_t>(input.size() / 3);
    ck_assert(std::equal(input.begin(), input.begin() + frame, input.begin() + frame));
    ck_assert(std::equal(input.begin(), input.begin() + frame, input.begin() + 2 * frame));
    looks.insert({static_cast<int>(input[0] * 1e6f), static_cast<int>(input[9] * 1e6f)});
  }
  ck_assert_uint_gt(looks.size(), 45);
}
END_TEST

START_TEST(test_batches_hold_sequences_one_after_another) {
  std::vector<WeightedSampler> samplers;
  samplers.push_back({Sampler({random_picture(100, 100, 1)}, settings_of(3, 20)), 1});
  const Batch batch = draw_batch(samplers, 2, 7);
  ck_assert_uint_eq(batch.input.size(), 2u * 3 * kPositions * kPackedInputChannels);
  ck_assert_uint_eq(batch.target.size(), 2u * 3 * kPositions * kPackedChannels);
  const Batch one = draw_batch(samplers, 1, 7);
  ck_assert(std::equal(one.input.begin(), one.input.end(), batch.input.begin()));
  ck_assert(!std::equal(one.input.begin(), one.input.end(),
                        batch.input.begin() + static_cast<std::ptrdiff_t>(one.input.size())));
}
END_TEST

START_TEST(test_bad_lengths_are_refused) {
  const PictureSet pictures{random_picture(64, 64, 1)};
  for (const int frames : {0, -1, kMaxFrames + 1})
    DAE_ASSERT_ERROR(Sampler(pictures, settings_of(frames, 0)), bad_argument);
  SampleSettings luma = settings_of(2, 0);
  luma.domain = InputRepresentation::luma;
  DAE_ASSERT_ERROR(Sampler(pictures, luma), bad_argument);
}
END_TEST

int main() {
  return run_suite(
      "sequences",
      {test_a_sequence_depends_on_its_seed_alone,
       test_noise_has_one_level_and_is_fresh_in_every_frame,
       test_photographs_stand_still_pan_and_change, test_pans_are_exact_shifts_of_the_canvas,
       test_motion_has_all_sizes_and_stays_on_its_canvas,
       test_clips_give_frames_that_follow_each_other, test_short_clips_go_to_and_fro,
       test_clips_need_neighbours_of_one_kind, test_one_look_for_all_frames,
       test_batches_hold_sequences_one_after_another, test_bad_lengths_are_refused});
}
