// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <set>
#include <vector>

#include "data/footage/footage_sample.h"
#include "layout/packed_layout.h"
#include "training/one_sample.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kSize = 32;  // width and height of planes
constexpr int kFrames = 4;
constexpr std::size_t kPositions = static_cast<std::size_t>(kSize) * kSize;

/// A sequence with its memory.
struct Sequence {
  Sequence(const Sampler& sampler, std::uint64_t seed)
      : input(kPositions * kFrames * kPackedInputChannels),
        target(kPositions * kFrames * kPackedChannels) {
    sampler.draw(seed, {input.data(), kPackedInputChannels, kSize, kSize},
                 {target.data(), kPackedChannels, kSize, kSize});
  }
  /// Root mean square of the target of a frame.
  double noise(int frame, int first, int count) const {
    double squares = 0;
    for (std::size_t i = frame * kPositions; i < (frame + 1) * kPositions; ++i)
      for (int c = first; c < first + count; ++c)
        squares += std::pow(target[i * kPackedChannels + c], 2);
    return std::sqrt(squares / static_cast<double>(kPositions * count));
  }
  float in(int frame, std::size_t i, int c) const {
    return input[(frame * kPositions + i) * kPackedInputChannels + c];
  }
  float out(int frame, std::size_t i, int c) const {
    return target[(frame * kPositions + i) * kPackedChannels + c];
  }

  std::vector<float> input, target;
};

FootageSettings no_effects() {
  FootageSettings none;
  none.share = 1;
  none.light = none.gain = none.sensor = none.camera = none.composition = none.timing = 0;
  none.coded = none.clean = 0;
  return none;
}

SampleSettings settings_with(const FootageSettings& footage, double sigma = 12) {
  SampleSettings settings = plain_settings(2 * kSize, sigma);
  settings.frames = kFrames;
  settings.footage = footage;
  return settings;
}

PictureSet pictures() {
  Picture picture = random_picture(200, 180, 3);
  cv::GaussianBlur(picture.pixels, picture.pixels, {}, 3);
  picture.pixels.convertTo(picture.pixels, -1, 3, -2 * 128);
  return {picture};
}

}  // namespace

START_TEST(test_footage_is_codes_with_the_told_noise) {
  FootageSettings footage;
  footage.share = 1;
  const Sampler sampler(pictures(), settings_with(footage));
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Sequence sample(sampler, seed);
    for (int t = 0; t < kFrames; ++t) {
      for (std::size_t i = 0; i < kPositions; ++i) {
        for (int c = 0; c < kPackedChannels; ++c) {
          for (const float value : {sample.in(t, i, c), sample.in(t, i, c) - sample.out(t, i, c)}) {
            const double code = (value + 0.5) * 255;
            assert_near(code, std::round(code), 1e-3);
            ck_assert(code > -1e-3 && code < 255.001);
          }
        }
        assert_near(sample.in(t, i, kLumaNoiseChannel), sample.noise(t, 0, 4) * kNoiseLevelScale,
                    1e-5);
        assert_near(sample.in(t, i, kChromaNoiseChannel), sample.noise(t, 4, 2) * kNoiseLevelScale,
                    1e-5);
        if (i > 0) i += 97;  // the levels are equal everywhere
      }
    }
  }
}
END_TEST

START_TEST(test_footage_depends_on_seed_alone) {
  FootageSettings footage;
  footage.share = 1;
  const Sampler sampler(pictures(), settings_with(footage));
  std::set<std::vector<float>> different;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Sequence first(sampler, seed), again(sampler, seed);
    ck_assert(first.input == again.input && first.target == again.target);
    different.insert(first.input);
  }
  ck_assert_uint_eq(different.size(), 30);
}
END_TEST

START_TEST(test_without_share_nothing_is_drawn) {
  FootageSettings footage;
  footage.light = footage.coded = 1;
  const Sampler without(pictures(), settings_with({})), with(pictures(), settings_with(footage));
  for (std::uint64_t seed = 0; seed < 5; ++seed)
    ck_assert(Sequence(without, seed).input == Sequence(with, seed).input);
}
END_TEST

START_TEST(test_footage_without_effects_is_its_noise) {
  const Sampler sampler(pictures(), settings_with(no_effects()));
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Sequence sample(sampler, seed);
    for (int t = 0; t < kFrames; ++t) {
      assert_near(sample.noise(t, 0, 4) * 255, 12, 1);  // a little is clipped
      assert_near(sample.noise(t, 4, 2) * 255, 12, 1);
    }
  }
}
END_TEST

START_TEST(test_clean_samples_have_nothing_to_remove) {
  FootageSettings footage;
  footage.share = footage.clean = 1;
  footage.sensor = footage.gain = 1;
  const Sampler sampler(pictures(), settings_with(footage, 30));
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sequence sample(sampler, seed);
    ck_assert(std::all_of(sample.target.begin(), sample.target.end(),
                          [](float value) { return value == 0; }));
    ck_assert(sample.in(1, 5, kLumaNoiseChannel) == 0);
  }
}
END_TEST

START_TEST(test_coded_footage_keeps_the_clean_truth) {
  FootageSettings footage = no_effects();
  const Sampler uncoded(pictures(), settings_with(footage));
  footage.coded = 1;
  const Sampler coded(pictures(), settings_with(footage));
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Sequence before(uncoded, seed), after(coded, seed);
    ck_assert(before.input != after.input);
    for (int t = 0; t < kFrames; ++t)
      for (std::size_t i = 0; i < kPositions; i += 13)
        assert_near(after.in(t, i, 0) - after.out(t, i, 0),
                    before.in(t, i, 0) - before.out(t, i, 0), 1e-5);
  }
}
END_TEST

START_TEST(test_gain_jumps_scale_the_noise) {
  FootageSettings footage = no_effects();
  footage.gain = 1;
  const Sampler sampler(pictures(), settings_with(footage, 4));
  double weakest = 1, strongest = 1;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const Sequence sample(sampler, seed);
    assert_near(sample.noise(0, 0, 4) * 255, 4, 0.4);
    const double gain = sample.noise(kFrames - 1, 0, 4) / sample.noise(0, 0, 4);
    weakest = std::min(weakest, gain);
    strongest = std::max(strongest, gain);
  }
  ck_assert(weakest > 0.18 && weakest < 0.5);
  ck_assert(strongest > 2 && strongest < 5.5);
}
END_TEST

START_TEST(test_repeated_frames_repeat_their_noise) {
  FootageSettings footage = no_effects();
  footage.timing = 1;
  const Sampler sampler(pictures(), settings_with(footage));
  int repeated = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Sequence sample(sampler, seed);
    for (int t = 1; t < kFrames; ++t) {
      const auto begin = sample.target.begin() + t * static_cast<std::ptrdiff_t>(kPositions * 6);
      repeated += std::equal(begin, begin + kPositions * 6, begin - kPositions * 6);
    }
  }
  // Chances below 1e-4 for a right sampler.
  ck_assert(repeated > 8 && repeated < 55);
}
END_TEST

START_TEST(test_levels_may_be_told_wrong) {
  SampleSettings settings = settings_with(no_effects());
  settings.level_error = 0.3;
  const Sampler sampler(pictures(), settings);
  double lowest = 0, highest = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Sequence sample(sampler, seed);
    const double error =
        std::log(sample.in(2, 7, kLumaNoiseChannel) / (sample.noise(2, 0, 4) * kNoiseLevelScale));
    lowest = std::min(lowest, error);
    highest = std::max(highest, error);
  }
  ck_assert(lowest > -0.301 && lowest < -0.2);
  ck_assert(highest < 0.301 && highest > 0.2);
}
END_TEST

START_TEST(test_bad_footage_is_refused) {
  FootageSettings footage;
  footage.share = 1.5;
  DAE_ASSERT_ERROR(Sampler(pictures(), settings_with(footage)), bad_argument);
  footage.share = 1;
  SampleSettings settings = settings_with(footage);
  settings.patch_px = 16;
  DAE_ASSERT_ERROR(Sampler(pictures(), settings), bad_argument);
  settings = settings_with(footage);
  settings.frames = 1;
  settings.domain = InputRepresentation::luma;
  DAE_ASSERT_ERROR(Sampler(pictures(), settings), bad_argument);
}
END_TEST

int main() {
  return run_suite("footage_sample", {
                                         test_footage_is_codes_with_the_told_noise,
                                         test_footage_depends_on_seed_alone,
                                         test_without_share_nothing_is_drawn,
                                         test_footage_without_effects_is_its_noise,
                                         test_clean_samples_have_nothing_to_remove,
                                         test_coded_footage_keeps_the_clean_truth,
                                         test_gain_jumps_scale_the_noise,
                                         test_repeated_frames_repeat_their_noise,
                                         test_levels_may_be_told_wrong,
                                         test_bad_footage_is_refused,
                                     });
}
