// SPDX-License-Identifier: LGPL-2.1-or-later
// The noise levels that condition networks, position by position.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include "frame/pack.h"
#include "layout/packed_layout.h"
#include "noise/conditioning/noise_map.h"
#include "noise/estimation/block_levels.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// A packed tensor with random luma. Its noise levels have values that no map has.
struct PackedTensor {
  PackedTensor(int width, int height)
      : values(static_cast<std::size_t>(width) * height * kPackedInputChannels),
        view{values.data(), kPackedInputChannels, height, width} {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> code(-0.5f, 0.5f);
    for (float& value : values) value = code(random);
    for (std::size_t i = 0; i < values.size(); i += kPackedInputChannels)
      values[i + kLumaNoiseChannel] = values[i + kChromaNoiseChannel] = -9;
  }
  float at(int x, int y, int c) const {
    return values[(static_cast<std::size_t>(y) * view.width + x) * kPackedInputChannels + c];
  }
  /// Returns the mean luma code of a cell of 2x2 positions. A cell that the edge cuts off repeats
  /// its last positions.
  double brightness(int x, int y) const {
    double sum = 0;
    for (int py = y / 2 * 2; py < y / 2 * 2 + 2; ++py)
      for (int px = x / 2 * 2; px < x / 2 * 2 + 2; ++px)
        for (int c = 0; c < 4; ++c)
          sum += at(std::min(px, view.width - 1), std::min(py, view.height - 1), c);
    return (sum / 16 + 0.5) * 255;
  }

  std::vector<float> values;
  TensorView view;
};

double conditioning_level(double variance) { return std::sqrt(std::max(0.0, variance)) / 255 * 5; }

}  // namespace

START_TEST(test_levels_follow_the_brightness_around) {
  const NoiseCurve curve{3, 20, 100, 140};
  for (const auto& [width, height] : {std::pair(13, 9), std::pair(1, 1), std::pair(2, 40)}) {
    PackedTensor tensor(width, height);
    const std::vector<float> before = tensor.values;
    fill_noise_map(tensor.view, kLumaNoiseChannel, curve, 0.5);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        const double code = std::clamp(tensor.brightness(x, y), 100.0, 140.0);
        ck_assert_double_eq_tol(tensor.at(x, y, kLumaNoiseChannel),
                                0.5 * conditioning_level(3 * code + 20), 1e-5);
      }
    for (std::size_t i = 0; i < before.size(); ++i)
      if (i % kPackedInputChannels != kLumaNoiseChannel) ck_assert(tensor.values[i] == before[i]);
  }
}
END_TEST

START_TEST(test_a_variance_is_never_below_0) {
  PackedTensor tensor(11, 5);
  fill_noise_map(tensor.view, kChromaNoiseChannel, {.slope = -1, .offset = 127}, 1);
  int silent = 0;
  for (int y = 0; y < 5; ++y)
    for (int x = 0; x < 11; ++x) {
      const float level = tensor.at(x, y, kChromaNoiseChannel);
      ck_assert_double_eq_tol(level, conditioning_level(127 - tensor.brightness(x, y)), 1e-4);
      silent += level == 0;
    }
  ck_assert(silent > 4 && silent < 51);
}
END_TEST

START_TEST(test_noise_is_limited_by_its_level) {
  const PackedTensor tensor(13, 7);
  std::vector<float> noise(13 * 7 * kPackedChannels);
  for (const auto& [level, limit] : {std::pair{2, 6}, {3, 9}, {10, 44}}) {
    fill_noise_map(tensor.view, kLumaNoiseChannel, kUnitNoise, level);
    fill_noise_map(tensor.view, kChromaNoiseChannel, kUnitNoise, 0);
    for (std::size_t i = 0; i < noise.size(); ++i)
      noise[i] = static_cast<float>(static_cast<int>(i % 121) - 60) / 255;
    clamp_residual(tensor.view, {noise.data(), kPackedChannels, 7, 13});
    for (std::size_t i = 0; i < noise.size(); ++i) {
      const int before = static_cast<int>(i % 121) - 60;
      const int expected = i % kPackedChannels < 4 ? std::clamp(before, -limit, limit) : 0;
      ck_assert_double_eq_tol(noise[i] * 255, expected, 1e-3);
    }
  }
}
END_TEST

START_TEST(test_the_noise_floor_weakens_the_residual) {
  const PackedTensor tensor(13, 7);
  fill_noise_map(tensor.view, kLumaNoiseChannel, kUnitNoise, 2);
  fill_noise_map(tensor.view, kChromaNoiseChannel, kUnitNoise, 3);
  std::vector<float> noise(13 * 7 * kPackedChannels, 20.0f / 255);
  clamp_residual(tensor.view, {noise.data(), kPackedChannels, 7, 13}, {.luma = 4, .chroma = 1});
  for (std::size_t i = 0; i < noise.size(); ++i) {
    // The luma keeps 4 / (4 + 16) of 20 codes. The chroma keeps 9 / (9 + 1), limited to 9 codes.
    ck_assert_double_eq_tol(noise[i] * 255, i % kPackedChannels < 4 ? 4 : 9, 1e-4);
  }
  fill_noise_map(tensor.view, kLumaNoiseChannel, kUnitNoise, 0);
  clamp_residual(tensor.view, {noise.data(), kPackedChannels, 7, 13});
  for (std::size_t i = 0; i < noise.size(); ++i)
    ck_assert_double_eq_tol(noise[i] * 255, i % kPackedChannels < 4 ? 0 : 9, 1e-4);
}
END_TEST

START_TEST(test_levels_of_blocks_are_interpolated) {
  constexpr int kRows = 3, kColumns = 4;
  BlockLevels levels{kColumns, kRows, {}, {}};
  std::mt19937 random(5);
  for (auto* const of_blocks : {&levels.luma, &levels.chroma})
    for (int i = 0; i < kRows * kColumns; ++i)
      of_blocks->push_back(std::uniform_real_distribution<float>(0, 40)(random));
  // The blocks of 4x4 positions may end beyond the tensor, or before its end.
  for (const auto& [width, height] : {std::pair{16, 12}, {13, 9}, {20, 15}}) {
    PackedTensor tensor(width, height);
    const std::vector<float> before = tensor.values;
    fill_block_levels(levels, 0.5, 2, 0, tensor.view);
    // Levels are known at the middles of blocks, at 1.5, 5.5 and so on, and go on beyond the last.
    const auto between = [](int position, int blocks) {
      const double place = std::clamp((position - 1.5) / 4, 0.0, blocks - 1.0);
      return std::pair{static_cast<int>(place), place - std::floor(place)};
    };
    const auto expected = [&](const std::vector<float>& of_blocks, int x, int y) {
      const auto [row, down] = between(y, kRows);
      const auto [column, across] = between(x, kColumns);
      double sum = 0;
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j)
          sum += (i == 0 ? 1 - down : down) * (j == 0 ? 1 - across : across) *
                 of_blocks[static_cast<std::size_t>(std::min(row + i, kRows - 1) * kColumns +
                                                    std::min(column + j, kColumns - 1))];
      return sum / 255 * 5;
    };
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        ck_assert_double_eq_tol(tensor.at(x, y, kLumaNoiseChannel),
                                0.5 * expected(levels.luma, x, y), 1e-5);
        ck_assert_double_eq_tol(tensor.at(x, y, kChromaNoiseChannel),
                                2 * expected(levels.chroma, x, y), 1e-5);
        for (int c = 0; c < kPackedChannels; ++c)
          ck_assert_float_eq(
              tensor.at(x, y, c),
              before[static_cast<std::size_t>((y * width + x) * kPackedInputChannels + c)]);
      }
    // Parts of the rows have the same levels, the last ones first.
    PackedTensor parts(width, height);
    for (int begin = height / 5 * 5; begin >= 0; begin -= 5)
      fill_block_levels(levels, 0.5, 2, begin,
                        rows_of(parts.view, begin, std::min(begin + 5, height)));
    ck_assert(parts.values == tensor.values);
  }
}
END_TEST

START_TEST(test_one_block_has_its_level_everywhere) {
  PackedTensor tensor(13, 9);
  fill_block_levels({1, 1, {51}, {0}}, 1, 1, 0, tensor.view);
  for (int y = 0; y < 9; ++y)
    for (int x = 0; x < 13; ++x) {
      ck_assert_double_eq_tol(tensor.at(x, y, kLumaNoiseChannel), 1, 1e-6);
      ck_assert_float_eq(tensor.at(x, y, kChromaNoiseChannel), 0);
    }
}
END_TEST

START_TEST(test_levels_below_the_floor_are_raised) {
  PackedTensor tensor(16, 8);
  fill_block_levels({2, 1, {51, 5}, {2, 40}}, 0.5, 1, 0, tensor.view, 10, 20);
  ck_assert_double_eq_tol(tensor.at(0, 3, kLumaNoiseChannel), 0.5, 1e-6);
  ck_assert_double_eq_tol(tensor.at(15, 3, kLumaNoiseChannel), 0.5 * 10 / 51, 1e-6);
  ck_assert_double_eq_tol(tensor.at(0, 3, kChromaNoiseChannel), 20.0 / 51, 1e-6);
  ck_assert_double_eq_tol(tensor.at(15, 3, kChromaNoiseChannel), 40.0 / 51, 1e-6);
}
END_TEST

int main() {
  return run_suite("noise_map",
                   {test_levels_of_blocks_are_interpolated, test_one_block_has_its_level_everywhere,
                    test_levels_below_the_floor_are_raised,
                    test_levels_follow_the_brightness_around, test_a_variance_is_never_below_0,
                    test_noise_is_limited_by_its_level, test_the_noise_floor_weakens_the_residual});
}
