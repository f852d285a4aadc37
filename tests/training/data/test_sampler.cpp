// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "training/one_sample.h"

using namespace denoiseae;
using namespace denoiseae::test;

START_TEST(test_sample_depends_on_seed_alone) {
  const Sampler sampler({random_picture(90, 70, 3), random_picture(80, 100, 1, 2)}, {});
  std::vector<Sample> in_order;
  for (std::uint64_t seed = 0; seed < 20; ++seed) in_order.emplace_back(sampler, seed);
  std::vector<Sample> in_threads(20, Sample(sampler));
  std::vector<std::thread> threads;
  for (int part = 0; part < 2; ++part)
    threads.emplace_back([&, part] {
      for (int seed = 19 - part; seed >= 0; seed -= 2) {
        Sample& sample = in_threads[seed];
        sampler.draw(seed, {sample.input_values.data(), 8, 32, 32},
                     {sample.target_values.data(), 6, 32, 32});
      }
    });
  for (std::thread& thread : threads) thread.join();
  std::set<std::vector<float>> different;
  for (int seed = 0; seed < 20; ++seed) {
    ck_assert(in_order[seed].input_values == in_threads[seed].input_values);
    ck_assert(in_order[seed].target_values == in_threads[seed].target_values);
    different.insert(in_order[seed].input_values);
  }
  ck_assert_uint_eq(different.size(), 20);
}
END_TEST

START_TEST(test_target_is_input_minus_clean_picture) {
  const Picture picture = random_picture(16, 16, 3);
  const Sampler sampler({picture}, plain_settings(16, 30));
  const Sample sample(sampler, 5);
  const auto luma = [&](int x, int y) {
    const auto& bgr = picture.pixels.at<cv::Vec3b>(y, x);
    return (0.114 * bgr[0] + 0.587 * bgr[1] + 0.299 * bgr[2]) / 255;
  };
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) {
      double cb = 0;
      double cr = 0;
      for (int phase = 0; phase < 4; ++phase) {
        const int px = 2 * x + phase % 2;
        const int py = 2 * y + phase / 2;
        assert_near(sample.in(x, y, phase) - sample.out(x, y, phase), luma(px, py) - 0.5, 1e-5);
        const auto& bgr = picture.pixels.at<cv::Vec3b>(py, px);
        cb += (bgr[0] / 255.0 - luma(px, py)) / 1.772 / 4;
        cr += (bgr[2] / 255.0 - luma(px, py)) / 1.402 / 4;
      }
      assert_near(sample.in(x, y, 4) - sample.out(x, y, 4), cb, 1e-5);
      assert_near(sample.in(x, y, 5) - sample.out(x, y, 5), cr, 1e-5);
    }
}
END_TEST

START_TEST(test_gray_samples_have_no_chroma) {
  SampleSettings settings = plain_settings(16, 20);
  settings.limited_range_share = 0.5;
  const Sampler gray_picture({random_picture(40, 40, 1)}, settings);
  settings.gray_share = 1;
  const Sampler gray_sample({random_picture(40, 40, 3)}, settings);
  for (const Sampler* sampler : {&gray_picture, &gray_sample})
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
      const Sample sample(*sampler, seed);
      for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x) {
          for (int c = 4; c < 6; ++c) {
            ck_assert(sample.in(x, y, c) == 0);
            ck_assert(sample.out(x, y, c) == 0);
          }
          ck_assert(sample.in(x, y, 7) == 0);
          ck_assert(sample.out(x, y, 0) != 0);
        }
    }
}
END_TEST

START_TEST(test_limited_range_is_that_of_video) {
  SampleSettings settings = plain_settings(8, 0);
  settings.limited_range_share = 1;
  const auto first = [&](const cv::Scalar& bgr, int channel) {
    const Sampler sampler({constant_picture(8, 8, bgr)}, settings);
    return (Sample(sampler, 0).in(0, 0, channel) + 0.5) * 255;
  };
  assert_near(first({255, 255, 255}, 0), 235, 1e-3);
  assert_near(first({0, 0, 0}, 3), 16, 1e-3);
  assert_near(first({255, 0, 0}, 4) - 127.5, 112, 1e-2);
  assert_near(first({0, 255, 255}, 4) - 127.5, -112, 1e-2);
}
END_TEST

START_TEST(test_reduced_patches_average_areas) {
  Picture stripes = constant_picture(64, 64, {0, 0, 0});
  for (int x = 0; x < 64; x += 2) stripes.pixels.col(x).setTo(cv::Scalar::all(200));
  SampleSettings settings = plain_settings(16, 0);
  settings.reduced_share = 1;
  const Sample half(Sampler({stripes}, settings), 3);
  for (int c = 0; c < 4; ++c) assert_near((half.in(2, 5, c) + 0.5) * 255, 100, 1e-3);
  settings.reduced_share = 0;
  const Sample full(Sampler({stripes}, settings), 3);
  assert_near(std::abs(full.in(2, 5, 0) - full.in(2, 5, 1)) * 255, 200, 1e-3);
  settings.reduced_share = 1;
  settings.patch_px = 48;
  const Sample too_large(Sampler({stripes}, settings), 3);
  assert_near(std::abs(too_large.in(2, 5, 0) - too_large.in(2, 5, 1)) * 255, 200, 1e-3);
}
END_TEST

START_TEST(test_pictures_are_reduced_as_far_as_they_may_and_hold_a_patch) {
  // Each column holds its number, so neighbouring means differ by how many columns each covers.
  Picture steps = constant_picture(64, 64, {0, 0, 0});
  for (int x = 0; x < 64; ++x) steps.pixels.col(x).setTo(cv::Scalar::all(x));
  SampleSettings settings = plain_settings(16, 0);
  settings.reduced_share = 1;
  const auto reductions = [&](int most) {
    settings.max_reduction = most;
    const Sampler sampler({steps}, settings);
    std::set<int> found;
    for (int seed = 0; seed < 40; ++seed) {
      const Sample sample(sampler, seed);
      // A position is two pixels wide, and means are rounded.
      const double step = (sample.in(7, 2, 0) - sample.in(0, 2, 0)) * 255 / 14;
      found.insert(static_cast<int>(std::lround(step)));
    }
    return found;
  };
  ck_assert((reductions(2) == std::set<int>{2}));
  ck_assert((reductions(3) == std::set<int>{2, 3}));
  // The picture holds four patches along each side.
  ck_assert((reductions(5) == std::set<int>{2, 3, 4}));
}
END_TEST

START_TEST(test_clipped_samples_are_codes) {
  SampleSettings settings = plain_settings(32, 60);
  settings.clip_share = 1;
  const Picture picture = random_picture(32, 32, 3);
  const Sample clipped(Sampler({picture}, settings), 3);
  settings.clip_share = 0;
  const Sample unclipped(Sampler({picture}, settings), 3);
  int beyond = 0;
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 16; ++x)
      for (int c = 0; c < 6; ++c) {
        const double code = (clipped.in(x, y, c) + 0.5) * 255;
        assert_near(code, std::round(code), 1e-3);
        ck_assert(code > -1e-3 && code < 255.001);
        const double exact = (unclipped.in(x, y, c) + 0.5) * 255;
        beyond += exact < -0.5 || exact > 255.5;
        assert_near(code, std::clamp(exact, 0.0, 255.0), 0.501);
        assert_near(clipped.in(x, y, c) - clipped.out(x, y, c),
                    unclipped.in(x, y, c) - unclipped.out(x, y, c), 1e-5);
      }
  ck_assert_int_gt(beyond, 10);
}
END_TEST

START_TEST(test_luma_domain_returns_the_picture) {
  SampleSettings settings = plain_settings(12, 25);
  settings.domain = InputRepresentation::luma;
  const Picture picture = random_picture(12, 12, 1);
  const Sampler sampler({picture}, settings);
  ck_assert_int_eq(sampler.input_channels(), 1);
  ck_assert_int_eq(sampler.target_channels(), 1);
  ck_assert_int_eq(sampler.plane_size(), 12);
  const Sample sample(sampler, 4);
  std::vector<float> noise;
  for (int y = 0; y < 12; ++y)
    for (int x = 0; x < 12; ++x) {
      assert_near(sample.out(x, y, 0), picture.pixels.at<std::uint8_t>(y, x) / 255.0, 1e-6);
      noise.push_back(sample.in(x, y, 0) - sample.out(x, y, 0));
    }
  assert_near(deviation(noise) * 255, 25, 5 * 25 / std::sqrt(2.0 * 144));
}
END_TEST

START_TEST(test_luma_domain_returns_colour_pictures) {
  SampleSettings settings = plain_settings(12, 25);
  settings.domain = InputRepresentation::luma;
  settings.depth = 3;
  const Picture picture = random_picture(24, 24, 3);
  const Sampler sampler({picture, random_picture(12, 12, 1)}, settings);
  ck_assert_int_eq(sampler.input_channels(), 3);
  ck_assert_int_eq(sampler.target_channels(), 3);
  ck_assert_int_eq(sampler.plane_size(), 12);
  Sample sample(sampler);
  sampler.draw(4, 0, sample.input, sample.target);
  std::vector<float> noise;
  for (int y = 0; y < 12; ++y)
    for (int x = 0; x < 12; ++x)
      for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int i = 0; i < 4; ++i)
          sum += picture.pixels.at<cv::Vec3b>(2 * y + i / 2, 2 * x + i % 2)[2 - c];
        assert_near(sample.out(x, y, c) * 255, sum / 4, 0.501);  // the reduced picture is rounded
        noise.push_back(sample.in(x, y, c) - sample.out(x, y, c));
      }
  assert_near(deviation(noise) * 255, 25, 5 * 25 / std::sqrt(2.0 * 432));
  // The components have noise of their own.
  ck_assert(std::abs(noise[0] - noise[1]) > 1e-4 && std::abs(noise[1] - noise[2]) > 1e-4);

  // Gray pictures are colour pictures without colour.
  sampler.draw(4, 1, sample.input, sample.target);
  for (int y = 0; y < 12; ++y)
    for (int x = 0; x < 12; ++x)
      for (int c = 1; c < 3; ++c) ck_assert_float_eq(sample.out(x, y, c), sample.out(x, y, 0));
}
END_TEST

START_TEST(test_luma_domain_reduces_by_area) {
  SampleSettings settings = plain_settings(2, 0);
  settings.domain = InputRepresentation::luma;
  Picture picture = constant_picture(8, 8, {0, 0, 0});
  picture.pixels(cv::Rect(4, 0, 4, 4)).setTo(cv::Scalar::all(240));
  picture.pixels(cv::Rect(4, 0, 2, 4)).setTo(cv::Scalar::all(80));
  const Sample sample(Sampler({picture}, settings), 0);
  assert_near(sample.out(1, 0, 0) * 255, 160, 1e-3);
  assert_near(sample.out(0, 0, 0) * 255, 0, 1e-3);
}
END_TEST

START_TEST(test_augmentation_turns_every_way) {
  SampleSettings settings = plain_settings(2, 0);
  settings.augment = true;
  Picture picture{cv::Mat(2, 2, CV_8UC1), "corners"};
  for (int i = 0; i < 4; ++i) picture.pixels.at<std::uint8_t>(i / 2, i % 2) = 60 + 40 * i;
  const Sampler sampler({picture}, settings);
  std::set<std::vector<int>> ways;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Sample sample(sampler, seed);
    // Another light changes the values, not their order.
    std::vector<int> order = {0, 1, 2, 3};
    std::sort(order.begin(), order.end(),
              [&](int a, int b) { return sample.in(0, 0, a) < sample.in(0, 0, b); });
    ways.insert(order);
    // Opposite corners stay opposite: turned, not shuffled.
    ck_assert_int_eq(order[0] + order[3], 3);
  }
  ck_assert_uint_eq(ways.size(), 8);
}
END_TEST

START_TEST(test_luma_augmentation_varies_the_picture_a_little) {
  constexpr int kSize = 32;
  SampleSettings settings = plain_settings(kSize, 0);
  settings.domain = InputRepresentation::luma;
  settings.augment = true;
  Picture picture{cv::Mat(kSize, kSize, CV_8UC1), "ramp"};
  for (int y = 0; y < kSize; ++y)
    for (int x = 0; x < kSize; ++x)
      picture.pixels.at<std::uint8_t>(y, x) = static_cast<std::uint8_t>(40 + 4 * x + y);
  const Sampler sampler({picture}, settings);
  std::set<std::vector<float>> pictures;
  int mirrored = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Sample sample(sampler, seed);
    pictures.insert(sample.target_values);
    const bool left = sample.out(2, 16, 0) > sample.out(29, 16, 0);
    mirrored += left;
    // The top is still above, and what was moved is still there.
    ck_assert(sample.out(16, 2, 0) < sample.out(16, 29, 0));
    for (const int x : {6, 16, 26}) {
      const double wanted = (40 + 4 * (left ? 31 - x : x) + 16) / 255.0;
      assert_near(sample.out(x, 16, 0), wanted, 0.2);
    }
  }
  ck_assert_uint_eq(pictures.size(), 100);
  ck_assert(mirrored > 25 && mirrored < 75);
}
END_TEST

START_TEST(test_pictures_count_by_area) {
  SampleSettings settings = plain_settings(8, 0);
  const Sampler sampler(
      {constant_picture(20, 20, {255, 255, 255}), constant_picture(20, 60, {0, 0, 0})}, settings);
  int white = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) white += Sample(sampler, seed).in(0, 0, 0) > 0;
  // 250 expected, standard deviation 13.7.
  ck_assert_msg(white > 180 && white < 320, "%d of 1000 samples are white", white);
}
END_TEST

START_TEST(test_small_pictures_are_mirrored) {
  const Sample sample(Sampler({constant_picture(3, 1, {255, 255, 255})}, plain_settings(16, 0)), 1);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 8; ++x) assert_near(sample.in(x, y, 3), 0.5, 1e-6);
}
END_TEST

START_TEST(test_blind_samples_tell_no_level) {
  SampleSettings settings;
  settings.patch_px = 16;
  settings.frames = 2;
  const PictureSet pictures{random_picture(40, 40, 3)};
  const Sampler told(pictures, settings);
  settings.blind_share = 0.25;
  const Sampler sampler(pictures, settings);
  constexpr int kDraws = 400, kPositions = 2 * 8 * 8;
  const auto draw = [](const Sampler& from, std::uint64_t seed) {
    std::vector<float> values(kPositions * (8 + 6));
    from.draw(seed, {values.data(), 8, 8, 8}, {values.data() + kPositions * 8, 6, 8, 8});
    return values;
  };
  int blind = 0;
  for (std::uint64_t seed = 0; seed < kDraws; ++seed) {
    std::vector<float> values = draw(sampler, seed);
    const std::vector<float> expected = draw(told, seed);
    if (values[6] < 0) {
      ++blind;
      for (std::size_t i = 0; i < kPositions; ++i)
        for (const std::size_t c : {6, 7}) {
          ck_assert_float_eq(values[8 * i + c], kBlindLevel);
          values[8 * i + c] = expected[8 * i + c];
        }
    }
    // Nothing but the levels differs.
    ck_assert(values == expected);
  }
  assert_near(blind, kDraws / 4.0, 4 * std::sqrt(kDraws * 0.25 * 0.75));
}
END_TEST

START_TEST(test_bad_settings_are_refused) {
  const PictureSet pictures{random_picture(16, 16, 3)};
  const std::vector<std::function<void(SampleSettings&)>> mistakes = {
      [](SampleSettings& s) { s.patch_px = 15; },
      [](SampleSettings& s) { s.patch_px = 0; },
      [](SampleSettings& s) { s.depth = 2; },
      [](SampleSettings& s) { s.noise.clear(); },
      [](SampleSettings& s) { s.noise[0].min_level = 51; },
      [](SampleSettings& s) { s.noise[0].min_level = -1; },
      [](SampleSettings& s) { s.noise[0].max_level = 1000; },
      [](SampleSettings& s) { s.noise[0].max_level = std::nan(""); },
      [](SampleSettings& s) { s.noise[0].weight = 0; },
      [](SampleSettings& s) { s.noise[0].weight = INFINITY; },
      [](SampleSettings& s) { s.gray_share = 1.1; },
      [](SampleSettings& s) { s.clip_share = -0.1; },
      [](SampleSettings& s) { s.level_error = -0.1; },
      [](SampleSettings& s) { s.blind_share = 1.1; },
      [](SampleSettings& s) { s.blind_share = std::nan(""); },
      [](SampleSettings& s) { s.reduced_share = std::nan(""); },
      [](SampleSettings& s) { s.max_reduction = 1; },
      [](SampleSettings& s) { s.max_reduction = 17; },
  };
  for (const auto& mistake : mistakes) {
    SampleSettings settings;
    mistake(settings);
    DAE_ASSERT_ERROR(Sampler(pictures, settings), bad_argument);
  }
  DAE_ASSERT_ERROR(Sampler({}, {}), bad_argument);
}
END_TEST

int main() {
  return run_suite("sampler", {
                                  test_sample_depends_on_seed_alone,
                                  test_target_is_input_minus_clean_picture,
                                  test_gray_samples_have_no_chroma,
                                  test_limited_range_is_that_of_video,
                                  test_reduced_patches_average_areas,
                                  test_pictures_are_reduced_as_far_as_they_may_and_hold_a_patch,
                                  test_clipped_samples_are_codes,
                                  test_luma_domain_returns_the_picture,
                                  test_luma_domain_returns_colour_pictures,
                                  test_luma_domain_reduces_by_area,
                                  test_augmentation_turns_every_way,
                                  test_luma_augmentation_varies_the_picture_a_little,
                                  test_pictures_count_by_area,
                                  test_small_pictures_are_mirrored,
                                  test_blind_samples_tell_no_level,
                                  test_bad_settings_are_refused,
                              });
}
