// SPDX-License-Identifier: LGPL-2.1-or-later
// Tests which noise levels networks are told where these are estimated.
#include <denoiseae/noise.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "frame/frame_codes.h"
#include "frame/pack.h"
#include "layout/noise_floor.h"
#include "layout/packed_layout.h"
#include "noise/conditioning/noise_map.h"
#include "noise/estimation/noise_map_state.h"
#include "stream/noise_levels.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/scenes.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 320, kHeight = 240;

/// Standard deviations in 8-bit codes.
struct Levels {
  double luma;
  double chroma;
  double estimate;
  double of_chroma_detail;
};

Levels find_levels(const Frame& frame, double noise_level = -1) {
  std::vector<float> values(static_cast<std::size_t>(kPackedInputChannels) * kWidth * kHeight / 4);
  const TensorView planes{values.data(), kPackedInputChannels, kHeight / 2, kWidth / 2};
  pack_rows(frame.view(), 0, planes);
  FrameCodes codes(frame.format(), kWidth, kHeight, planes);
  if (network_sees_all_samples(format_info(frame.format())))
    codes.take_frame(frame.view());
  else
    codes.take_rows(0, planes, true);
  NoiseLevels levels(frame.format());
  const DenoiseSettings settings{.noise_level = noise_level};
  if (noise_level < 0)
    levels.estimate(settings, codes.frame(), codes.previous(), nullptr, nullptr);
  else
    levels.take_given(settings);
  levels.fill(0, planes);
  const auto level = [&](int channel) { return 255.0 / kNoiseLevelScale * values[channel]; };
  return {level(kLumaNoiseChannel), level(kChromaNoiseChannel), levels.estimated_level(),
          levels.chroma_level()};
}

Frame plain(PixelFormat format) {
  Frame frame(format, kWidth, kHeight);
  for (int c = 0; c < format_info(format).component_count; ++c)
    fill_component(frame.view(), c, 120);
  return frame;
}

Frame with_white_noise(PixelFormat format, double level) {
  Frame frame = plain(format);
  add_noise(frame.view(), frame.view(), NoiseModel::gaussian, level, 3, 0);
  return frame;
}

/// Makes a frame whose luma, or whose components of RGB, are the plane.
Frame with_samples(PixelFormat format, const LumaPlane& plane) {
  Frame frame = plain(format);
  const bool is_rgb = format_info(format).family == ColorFamily::rgb;
  for (int c = 0; c < (is_rgb ? 3 : 1); ++c)
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x) set_sample(frame.view(), c, x, y, plane.at(x, y));
  return frame;
}

LumaPlane correlated_plane(double level) {
  LumaPlane plane(kWidth, kHeight);
  std::fill(plane.samples.begin(), plane.samples.end(), std::uint8_t{120});
  return with_correlated_noise(plane, level, 1);
}

}  // namespace

START_TEST(test_networks_are_told_the_estimate_of_white_noise) {
  const Levels gray = find_levels(with_white_noise(PixelFormat::gray8, 20));
  ck_assert_double_eq_tol(gray.estimate, 20, 1.5);
  ck_assert_double_eq_tol(gray.luma, gray.estimate, 1e-3);
  ck_assert_double_eq(gray.chroma, 0);
  const Levels yuv = find_levels(with_white_noise(PixelFormat::i420, 20));
  ck_assert_double_eq_tol(yuv.luma, 20, 1.5);
  ck_assert_double_eq_tol(yuv.chroma, 20, 1.5);
  ck_assert_double_eq_tol(yuv.of_chroma_detail, yuv.chroma, 1e-3);
}
END_TEST

// Noise is measured on the packed planes, so that networks are told as much as if it had been
// given.
START_TEST(test_conversion_weakens_white_noise) {
  for (const PixelFormat format : {PixelFormat::rgb, PixelFormat::y42b, PixelFormat::y444}) {
    const Frame frame = with_white_noise(format, 20);
    const Levels given = find_levels(frame, 20), blind = find_levels(frame);
    ck_assert_double_eq_tol(blind.estimate, 20, 1.5);
    ck_assert_double_eq_tol(blind.luma, given.luma, 0.08 * given.luma);
    ck_assert_double_eq_tol(blind.chroma, given.chroma, 0.08 * given.chroma);
    ck_assert_double_eq_tol(blind.of_chroma_detail, given.of_chroma_detail, 1.6);
  }
}
END_TEST

// Cameras interpolate R, G and B from one mosaic, so that luma has as much noise as they have. It
// would have less if their noise were independent.
START_TEST(test_components_share_correlated_noise) {
  const LumaPlane plane = correlated_plane(12);
  const Levels gray = find_levels(with_samples(PixelFormat::gray8, plane));
  const Levels rgb = find_levels(with_samples(PixelFormat::rgb, plane));
  ck_assert_double_eq_tol(gray.estimate, 12, 2.5);
  ck_assert_double_eq_tol(rgb.estimate, gray.estimate, 0.02 * gray.estimate);
  ck_assert_double_eq_tol(rgb.luma, gray.luma, 0.02 * gray.luma);
}
END_TEST

// The factor is 0.95 where half the size has 2.25 times the deviation of white noise, and 1.25
// where it has 4 times.
START_TEST(test_fewer_high_frequencies_raise_the_level) {
  const LumaPlane plane = correlated_plane(16);
  std::vector<double> gains;
  for (const double white : {0, 4, 5, 9}) {
    const Frame frame = with_samples(PixelFormat::gray8, with_noise(plane, white, 2));
    const double times = std::sqrt(measure_noise(frame.view(), 0).correlation);
    ck_assert_double_gt(times, 1.5);
    const Levels levels = find_levels(frame);
    gains.push_back(levels.luma / levels.estimate);
    const double wanted = std::clamp(0.95 + (times - 2.25) * 0.3 / 1.75, 0.95, 1.25);
    ck_assert_double_eq_tol(gains.back(), wanted, 1e-3);
  }
  ck_assert_double_eq_tol(gains.front(), 1.25, 1e-3);
  ck_assert_double_eq_tol(gains.back(), 0.95, 1e-3);
}
END_TEST

START_TEST(test_chroma_has_a_least_part_of_correlated_noise) {
  for (const PixelFormat format : {PixelFormat::i420, PixelFormat::y444, PixelFormat::rgb}) {
    const Levels levels = find_levels(with_samples(format, correlated_plane(12)));
    ck_assert_double_eq_tol(levels.chroma, 0.3 * levels.luma, 0.01 * levels.luma);
  }
  Frame noisy = with_samples(PixelFormat::i420, correlated_plane(6));
  const Frame other = with_white_noise(PixelFormat::i420, 12);
  for (int c = 1; c < 3; ++c)
    for (int y = 0; y < kHeight / 2; ++y)
      for (int x = 0; x < kWidth / 2; ++x)
        set_sample(noisy.view(), c, x, y, sample(other.view(), c, x, y));
  const Levels levels = find_levels(noisy);
  ck_assert_double_gt(levels.chroma, 10);
  // Chroma may be clean where the noise of luma is not correlated.
  Frame white = with_white_noise(PixelFormat::i420, 12);
  for (int c = 1; c < 3; ++c) fill_component(white.view(), c, 120);
  ck_assert_double_eq(find_levels(white).chroma, 0);
}
END_TEST

START_TEST(test_a_map_tells_the_levels_of_blocks) {
  constexpr int kRows = 3, kColumns = 4;
  constexpr TensorView kPlanes{nullptr, kPackedInputChannels, 4 * kRows, 4 * kColumns};
  std::vector<float> logarithms;
  for (int i = 0; i < 2 * kRows * kColumns; ++i)
    logarithms.push_back(0.2f + 0.05f * static_cast<float>(i));
  NoiseMapState map(kRows, kColumns);
  map.update({logarithms.data(), 2, kRows, kColumns}, {}, nullptr);
  const DenoiseSettings settings{.strength = 1.5, .chroma_strength = 0.5};
  for (const PixelFormat format :
       {PixelFormat::i420, PixelFormat::y444, PixelFormat::rgb, PixelFormat::gray8}) {
    const NoiseGain gain = packed_noise_gain(format_info(format));
    const bool is_gray = format == PixelFormat::gray8;
    NoiseLevels levels(format);
    ck_assert_double_eq(levels.expected_luma_level(settings), 0);
    levels.take_map(settings, map);
    std::vector<float> values(kPlanes.size()), expected(kPlanes.size());
    TensorView rows = kPlanes;
    rows.data = expected.data();
    fill_block_levels(map.levels(), 1.5, is_gray ? 0 : 0.75, 0, rows);
    rows.data = values.data();
    levels.fill(5, rows_of(rows, 5, 12));
    levels.fill(0, rows_of(rows, 0, 5));
    for (std::size_t i = 0; i < values.size(); ++i)
      ck_assert_float_eq_tol(values[i], expected[i], 1e-6f);
    // The map is that of packed planes, whose noise is weaker than that of some frames.
    ck_assert_double_eq_tol(levels.estimated_level(), map.luma_level() / gain.luma, 1e-6);
    ck_assert_double_eq_tol(levels.chroma_level(),
                            is_gray ? 0 : 0.75 * map.chroma_level() / gain.chroma, 1e-6);
    ck_assert_double_eq_tol(levels.expected_luma_level(settings), 1.5 * map.luma_level(), 1e-6);
    const NoiseFloor floor = levels.noise_floor({.luma = 3, .chroma = 2});
    ck_assert(floor.luma == 3 && floor.chroma == 2);
    const std::vector<float>& luma = map.levels().luma;
    ck_assert_double_eq_tol(levels.highest_luma_level(),
                            1.5 * *std::max_element(luma.begin(), luma.end()), 1e-5);
    ck_assert_double_eq_tol(levels.highest_level() / 255 * kNoiseLevelScale,
                            *std::max_element(values.begin(), values.end()), 1e-5);
    // A level that is given counts instead.
    const DenoiseSettings given{.noise_level = 20};
    ck_assert_double_eq_tol(levels.expected_luma_level(given), 20 * gain.luma, 1e-6);
    levels.take_given(given);
    ck_assert_double_eq_tol(levels.highest_luma_level(), 20 * gain.luma, 1e-6);
    ck_assert_double_eq_tol(levels.highest_level(), 20 * std::max(gain.luma, gain.chroma), 1e-6);
    levels.take_given({.noise_level = 20, .strength = 0.5, .chroma_strength = 2});
    ck_assert_double_eq_tol(levels.highest_level(), 20 * std::max(0.5 * gain.luma, gain.chroma),
                            1e-6);
    levels.take_given(given);
    levels.fill(0, rows);
    for (std::size_t i = 0; i < values.size(); i += kPackedInputChannels)
      ck_assert_double_eq_tol(values[i + kLumaNoiseChannel], 20 * gain.luma / 255 * 5, 1e-5);
    levels.reset();
    ck_assert_double_lt(levels.estimated_level(), 0);
  }
}
END_TEST

START_TEST(test_a_first_frame_is_no_cleaner_than_its_flat_parts) {
  constexpr TensorView kPlanes{nullptr, kPackedInputChannels, 64, 64};
  constexpr int kSize = 128;
  Frame frame(PixelFormat::gray8, kSize, kSize);
  fill_component(frame.view(), 0, 120);
  add_noise(frame.view(), frame.view(), NoiseModel::gaussian, 12, 1, 0);
  // A map of zeros tells 2 codes, with those of rounding in them.
  const std::vector<float> zeros(2 * 8 * 8);
  NoiseMapState map(8, 8);
  map.update({const_cast<float*>(zeros.data()), 2, 8, 8}, {}, nullptr);
  NoiseLevels levels(PixelFormat::gray8);
  levels.take_map({}, map);
  ck_assert_double_eq_tol(levels.estimated_level(), 1.98, 0.01);
  levels.raise_to_estimate(std::as_const(frame).view(), nullptr);
  ck_assert_double_eq_tol(levels.estimated_level(), 12, 1.5);
  std::vector<float> values(kPlanes.size());
  TensorView rows = kPlanes;
  rows.data = values.data();
  levels.fill(0, rows);
  ck_assert_double_eq_tol(values[kLumaNoiseChannel], levels.estimated_level() / 255 * 5, 1e-5);
  // It holds for this frame only.
  levels.take_map({}, map);
  ck_assert_double_eq_tol(levels.estimated_level(), 1.98, 0.01);
}
END_TEST

int main() {
  return run_suite(
      "noise_levels",
      {test_networks_are_told_the_estimate_of_white_noise, test_conversion_weakens_white_noise,
       test_components_share_correlated_noise, test_fewer_high_frequencies_raise_the_level,
       test_chroma_has_a_least_part_of_correlated_noise, test_a_map_tells_the_levels_of_blocks,
       test_a_first_frame_is_no_cleaner_than_its_flat_parts});
}
