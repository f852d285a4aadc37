// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "layout/noise_map_layout.h"
#include "noise/estimation/block_levels.h"
#include "noise/estimation/noise_map_state.h"
#include "support/check.h"
#include "support/code_picture.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kRows = 3, kColumns = 5;
constexpr int kWidth = 8 * kColumns, kHeight = 8 * kRows;
constexpr double kRounding = 1.0 / 12;

/// A map that is larger than the blocks of the frame.
struct Map {
  static constexpr int kMapRows = kRows + 2, kMapColumns = kColumns + 3;
  std::vector<float> values = std::vector<float>(kMapRows * kMapColumns * kNoiseMapChannels);

  /// level: returns log2 of the level of a channel at x, y.
  template <typename Level>
  explicit Map(const Level& level) {
    std::size_t i = 0;
    for (int y = 0; y < kMapRows; ++y)
      for (int x = 0; x < kMapColumns; ++x)
        for (int c = 0; c < kNoiseMapChannels; ++c)
          values[i++] = value_of_log_level(static_cast<float>(level(c, x, y)));
  }
  TensorView view() { return {values.data(), kNoiseMapChannels, kMapRows, kMapColumns}; }
};

double log_level(int c, int x, int y) { return 1.5 + c + 0.25 * x + y; }

/// Returns the level that a log2 of a level stands for.
double level_of(double log_level) {
  return std::sqrt(std::max(0.0, std::pow(2, 2 * log_level) - kRounding));
}

/// A stream of frames whose noise is never the same.
struct Stream {
  NoiseMapState state{kRows, kColumns};
  MotionField motion{kWidth, kHeight};
  CodePicture before{kWidth, kHeight, 1};
  CodePicture now{kWidth, kHeight, 2};
  ThreadPool* pool = nullptr;
  /// Without an interior no block counts for the levels of others, so that each has that of its own
  /// map.
  std::optional<Interior> interior = Interior{{0, 0}, {0, 0}};

  /// Updates with a map.
  void update(Map map, bool follows = true) {
    state.update(
        map.view(),
        {now.planes(), before.planes(), follows ? &motion : nullptr, kHeight, kWidth, interior},
        pool);
  }
  /// Updates with a map of one level, and returns log2 of the luma level of a block.
  double update_flat(double log_level, int x = 2, int y = 1) {
    update(Map([&](int, int, int) { return log_level; }));
    return logarithm(state.levels().luma, x, y);
  }
  static double logarithm(const std::vector<float>& levels, int x, int y) {
    const double level = levels[static_cast<std::size_t>(y * kColumns + x)];
    return std::log2(level * level + kRounding) / 2;
  }
};

}  // namespace

START_TEST(test_values_and_levels_convert_both_ways) {
  for (float level = -3; level <= 7; level += 0.125f) {
    ck_assert_float_eq_tol(log_level_of(value_of_log_level(level)), level, 1e-6f);
    // An octave is a third, as for the logarithms of cells.
    ck_assert_float_eq_tol(value_of_log_level(level + 1) - value_of_log_level(level), 1.0f / 3,
                           1e-6f);
  }
  ck_assert_float_eq(value_of_log_level(1), 0);
}
END_TEST

START_TEST(test_any_number_of_threads_gives_the_same) {
  ThreadPool threads(3);
  Stream alone, together;
  together.pool = &threads;
  for (int frame = 0; frame < 4; ++frame) {
    for (Stream* stream : {&alone, &together}) {
      stream->motion.at(0, 0) = {.dx = 8, .dy = frame};
      stream->update(Map([&](int c, int x, int y) { return log_level(c, x, y) + 0.1 * frame; }));
    }
    ck_assert(alone.state.levels().luma == together.state.levels().luma);
    ck_assert(alone.state.levels().chroma == together.state.levels().chroma);
  }
}
END_TEST

START_TEST(test_the_first_frame_takes_the_map) {
  Stream stream;
  ck_assert(!stream.state.is_known());
  // The motion of an unknown frame does not count.
  for (const bool follows : {true, false}) {
    stream.state.reset();
    stream.update(Map(log_level), follows);
    ck_assert(stream.state.is_known());
    const BlockLevels& levels = stream.state.levels();
    ck_assert_int_eq(levels.rows, kRows);
    ck_assert_int_eq(levels.columns, kColumns);
    double luma = 0, chroma = 0;
    for (int y = 0; y < kRows; ++y)
      for (int x = 0; x < kColumns; ++x) {
        const auto block = static_cast<std::size_t>(y * kColumns + x);
        ck_assert_double_eq_tol(levels.luma[block], level_of(log_level(0, x, y)), 1e-4);
        ck_assert_double_eq_tol(levels.chroma[block], level_of(log_level(1, x, y)), 1e-4);
        luma += std::pow(level_of(log_level(0, x, y)), 2) / (kRows * kColumns);
        chroma += std::pow(level_of(log_level(1, x, y)), 2) / (kRows * kColumns);
      }
    ck_assert_double_eq_tol(stream.state.luma_level(), std::sqrt(luma), 1e-4);
    ck_assert_double_eq_tol(stream.state.chroma_level(), std::sqrt(chroma), 1e-4);
  }
  ck_assert_int_ge(stream.state.memory_bytes(), kRows * kColumns * 2 * 4);
}
END_TEST

START_TEST(test_rounding_is_no_noise) {
  Stream stream;
  stream.update_flat(std::log2(std::sqrt(kRounding)));
  ck_assert_double_lt(stream.state.luma_level(), 1e-3);
  stream.state.reset();
  stream.update_flat(-20);
  ck_assert_double_eq(stream.state.luma_level(), 0);
  stream.state.reset();
  stream.update_flat(std::log2(std::sqrt(4 + kRounding)));
  ck_assert_double_eq_tol(stream.state.luma_level(), 2, 1e-4);
  // Levels end at 128 codes, whatever a network tells.
  stream.state.reset();
  stream.update_flat(30);
  ck_assert_double_eq_tol(stream.state.luma_level(), 128, 1e-2);
}
END_TEST

/// Sums of a network that overflow are no numbers. They must not stay in the state.
START_TEST(test_a_map_without_numbers_is_no_noise) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  Stream stream;
  stream.update_flat(none);
  ck_assert_double_eq(stream.state.luma_level(), 0);
  ck_assert_double_eq_tol(stream.update_flat(3), 3, 1e-4);
  stream.update(Map([&](int, int x, int) { return x == 0 ? none : 3.0; }));
  ck_assert(std::isfinite(stream.state.luma_level()) && std::isfinite(stream.state.chroma_level()));
  ck_assert_double_eq_tol(stream.update_flat(3), 3, 1e-4);
}
END_TEST

START_TEST(test_maps_are_averaged) {
  Stream stream;
  double mean = 3, frames = 1;
  ck_assert_double_eq_tol(stream.update_flat(3), 3, 1e-5);
  const double maps[] = {3.2, 2.9, 3.1, 3.05, 2.95, 3.1, 2.9, 3.15, 3.0, 3.1, 2.95};
  for (const double map : maps) {
    frames = std::min(frames + 1, 8.0);
    mean += (map - mean) / frames;
    ck_assert_double_eq_tol(stream.update_flat(map), mean, 1e-4);
  }
}
END_TEST

START_TEST(test_a_change_is_followed_at_once) {
  for (const double change : {0.61, -0.61, 3.0}) {
    Stream stream;
    for (int i = 0; i < 9; ++i) stream.update_flat(3);
    ck_assert_double_eq_tol(stream.update_flat(3 + change), 3 + change, 1e-4);
    // The mean begins anew.
    ck_assert_double_eq_tol(stream.update_flat(3 + change + 0.1), 3 + change + 0.05, 1e-4);
  }
  // A smaller change counts by its square.
  Stream stream;
  for (int i = 0; i < 9; ++i) stream.update_flat(3);
  ck_assert_double_eq_tol(stream.update_flat(3.45), 3 + 0.45 * (0.45 / 0.6) * (0.45 / 0.6), 1e-3);
}
END_TEST

START_TEST(test_a_repeated_block_keeps_its_level) {
  Stream stream;
  stream.update_flat(3);
  // One block repeats the frame before it.
  constexpr int kX = 2, kY = 1;
  for (int y = 8 * kY; y < 8 * kY + 8; ++y)
    for (int x = 8 * kX; x < 8 * kX + 8; ++x)
      stream.now.luma_at(x, y) = stream.before.luma_at(x, y);
  stream.update_flat(5);
  for (int y = 0; y < kRows; ++y)
    for (int x = 0; x < kColumns; ++x) {
      const double expected = x == kX && y == kY ? 3 : 5;
      const BlockLevels& levels = stream.state.levels();
      ck_assert_double_eq_tol(Stream::logarithm(levels.luma, x, y), expected, 1e-4);
      ck_assert_double_eq_tol(Stream::logarithm(levels.chroma, x, y), expected, 1e-4);
    }
}
END_TEST

START_TEST(test_levels_move_along_the_motion) {
  for (const auto& [dx, dy] : {std::array{8, 0}, {-8, 8}, {5, -5}, {3, -3}, {20, 0}, {-300, 300}}) {
    Stream stream;
    for (int i = 0; i < 8; ++i) stream.update(Map(log_level));
    for (MotionVector& vector : stream.motion.vectors) vector = {.dx = dx, .dy = dy};
    // The source of a block is the block in which its middle was.
    const auto source = [](int block, int by, int blocks) {
      const double middle = 8 * block + 4 + by;
      return std::clamp(static_cast<int>(std::floor(middle / 8)), 0, blocks - 1);
    };
    const auto expected = [&, dx = dx, dy = dy](int c, int x, int y) {
      return log_level(c, source(x, dx, kColumns), source(y, dy, kRows));
    };
    // The map tells a little more than what the levels were there. The ninth frame counts an
    // eighth.
    stream.update(Map([&](int c, int x, int y) {
      return expected(c, std::min(x, kColumns - 1), std::min(y, kRows - 1)) + 0.16;
    }));
    for (int y = 0; y < kRows; ++y)
      for (int x = 0; x < kColumns; ++x) {
        const BlockLevels& levels = stream.state.levels();
        ck_assert_double_eq_tol(Stream::logarithm(levels.luma, x, y), expected(0, x, y) + 0.02,
                                1e-4);
        ck_assert_double_eq_tol(Stream::logarithm(levels.chroma, x, y), expected(1, x, y) + 0.02,
                                1e-4);
      }
  }
}
END_TEST

/// All blocks are of nearly one brightness, and their levels differ by less than EvenLevels
/// reaches.
START_TEST(test_levels_are_evened_over_the_picture) {
  const auto map = [](int c, int x, int y) { return 2 + c + 0.1 * ((x + y) % 3 - 1); };
  const auto spread = [&](std::optional<Interior> interior, int channel) {
    Stream stream;
    stream.interior = interior;
    stream.update(Map(map));
    const BlockLevels& levels = stream.state.levels();
    const auto [least, most] =
        std::minmax_element(channel == 0 ? levels.luma.begin() : levels.chroma.begin(),
                            channel == 0 ? levels.luma.end() : levels.chroma.end());
    return std::log2(double(*most) / *least);
  };
  for (const int channel : {0, 1})
    ck_assert_double_lt(spread({}, channel), 0.7 * spread(Interior{{0, 0}, {0, 0}}, channel));
}
END_TEST

START_TEST(test_without_motion_the_mean_begins_anew) {
  Stream stream;
  for (int i = 0; i < 8; ++i) stream.update_flat(3);
  stream.update(Map([](int, int, int) { return 3.1; }), false);
  ck_assert_double_eq_tol(Stream::logarithm(stream.state.levels().luma, 0, 0), 3.1, 1e-4);
  ck_assert_double_eq_tol(stream.update_flat(3), 3.05, 1e-4);
  stream.state.reset();
  ck_assert(!stream.state.is_known());
  ck_assert_double_eq_tol(stream.update_flat(2.9), 2.9, 1e-4);
}
END_TEST

int main() {
  return run_suite(
      "noise_map_state",
      {test_values_and_levels_convert_both_ways, test_any_number_of_threads_gives_the_same,
       test_the_first_frame_takes_the_map, test_rounding_is_no_noise,
       test_a_map_without_numbers_is_no_noise, test_maps_are_averaged,
       test_a_change_is_followed_at_once, test_a_repeated_block_keeps_its_level,
       test_levels_move_along_the_motion, test_levels_are_evened_over_the_picture,
       test_without_motion_the_mean_begins_anew});
}
