// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "layout/noise_map_layout.h"
#include "noise/estimation/noise_features.h"
#include "support/check.h"
#include "support/code_picture.h"
#include "support/slow_noise_cells.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// The size of luma: 19 x 11 cells, 5 x 3 blocks, of which the last ones are cut off.
constexpr int kWidth = 76, kHeight = 44;
constexpr int kCellColumns = kWidth / 4, kCellRows = kHeight / 4;
/// The size of the input, with cells beyond the frame.
constexpr int kColumns = 32, kRows = 16;

struct Features {
  std::vector<float> values = std::vector<float>(kColumns * kRows * kNoiseFeatureChannels, -77.0f);

  TensorView view() { return {values.data(), kNoiseFeatureChannels, kRows, kColumns}; }
  float at(int c, int x, int y) const {
    return values[static_cast<std::size_t>((y * kColumns + x) * kNoiseFeatureChannels + c)];
  }
};

NoisyFrames frames_of(const CodePicture& now, const CodePicture& before,
                      const MotionField* motion) {
  return {now.planes(), before.planes(), motion, kHeight, kWidth};
}

Features read(const NoisyFrames& frames) {
  Features features;
  read_noise_features(frames, 0, features.view());
  return features;
}

/// The nearest whole number, half up.
int rounded(int whole, int quarters) {
  return static_cast<int>(std::floor(whole + quarters / 4.0 + 0.5));
}

/// Returns the first of 4 cells, x, in quarters: at a displacement in quarters if six samples about
/// each sample lie in the plane, else at the one in whole samples.
CellPlace between_or_nearest(CellPlace first, CellPlace shift, CellPlace nearest, int cell_size,
                             int width, int height) {
  const int x = first.x + floor_of_quarters(shift.x), y = first.y + floor_of_quarters(shift.y);
  const bool inside =
      x >= 2 && x + 4 * cell_size + 3 <= width && y >= 2 && y + cell_size + 3 <= height;
  if (inside) return {4 * first.x + shift.x, 4 * first.y + shift.y};
  return {4 * (first.x + nearest.x), 4 * (first.y + nearest.y)};
}

/// Returns where the counterpart of a cell is; without planes if its block comes from beyond the
/// edges.
CellBefore counterpart_of(const NoisyFrames& frames, int column, int row) {
  if (frames.motion == nullptr || frames.before.luma.data == nullptr) return {};
  const MotionVector& vector = frames.motion->at(column / 4, row / 4);
  const CellPlace nearest{rounded(vector.dx, vector.fx), rounded(vector.dy, vector.fy)};
  const CellPlace first{column / 4 * 16, 4 * row};
  const int left = first.x + nearest.x, top = first.y + nearest.y;
  const int right = std::min(first.x + 16, kWidth) + nearest.x;
  if (left < 0 || right > kWidth || top < 0 || top + 4 > kHeight) return {};
  const CellPlace quarters{4 * vector.dx + vector.fx, 4 * vector.dy + vector.fy};
  const auto halved = [](int value) { return static_cast<int>(std::floor(value / 2.0)); };
  CellBefore before{
      &frames.before, between_or_nearest(first, quarters, nearest, 4, kWidth, kHeight),
      between_or_nearest({first.x / 2, first.y / 2},
                         {halved(quarters.x + 1), halved(quarters.y + 1)},
                         {halved(nearest.x), halved(nearest.y)}, 2, kWidth / 2, kHeight / 2)};
  before.luma.x += 4 * 4 * (column % 4);
  before.chroma.x += 4 * 2 * (column % 4);
  return before;
}

void assert_features(const NoisyFrames& frames, const Features& features) {
  int known = 0, between = 0, outside = 0;
  for (int y = 0; y < kRows; ++y)
    for (int x = 0; x < kColumns; ++x) {
      // The frame is repeated upside down below itself, and reversed beside itself.
      const int column = x < kCellColumns ? x : 2 * kCellColumns - 1 - x;
      const int row = y < kCellRows ? y : 2 * kCellRows - 1 - y;
      const CellBefore before = counterpart_of(frames, column, row);
      ++(before.planes == nullptr ? outside : known);
      between += before.luma.x % 4 != 0;
      const std::array<double, kCellValues> expected =
          slow_noise_cell(frames.now, {4 * column, 4 * row}, before);
      for (int c = 0; c < kCellValues; ++c)
        if (!(std::abs(features.at(c, x, y) - expected[static_cast<std::size_t>(c)]) < 1e-6))
          ck_abort_msg("value %d of cell %d,%d: %g, expected %g", c, x, y, features.at(c, x, y),
                       expected[static_cast<std::size_t>(c)]);
    }
  if (frames.motion == nullptr || frames.before.luma.data == nullptr) return;
  ck_assert_int_gt(known, 20);
  ck_assert_int_gt(between, 10);
  ck_assert_int_gt(outside, 20);
}

/// Returns vectors of up to 12 samples, with fractions, of which some lead outside.
MotionField random_motion(std::uint32_t seed) {
  MotionField motion(kWidth, kHeight);
  std::mt19937 random(seed);
  const auto number = [&](int count) { return static_cast<int>(random() % count); };
  for (MotionVector& vector : motion.vectors)
    vector = {number(25) - 12, number(25) - 12, number(4), number(4)};
  return motion;
}

}  // namespace

START_TEST(test_cells_are_compared_along_the_motion) {
  const CodePicture now(kWidth, kHeight, 1), before(kWidth, kHeight, 2);
  for (std::uint32_t seed = 1; seed < 9; ++seed) {
    const MotionField motion = random_motion(seed);
    const NoisyFrames frames = frames_of(now, before, &motion);
    assert_features(frames, read(frames));
  }
}
END_TEST

START_TEST(test_without_a_frame_before_nothing_is_compared) {
  const CodePicture now(kWidth, kHeight, 1), before(kWidth, kHeight, 2);
  const MotionField motion = random_motion(1);
  const NoisyFrames no_motion = frames_of(now, before, nullptr);
  NoisyFrames no_frame = frames_of(now, before, &motion);
  no_frame.before = {};
  for (const NoisyFrames& frames : {no_motion, no_frame}) {
    const Features features = read(frames);
    assert_features(frames, features);
    for (int y = 0; y < kRows; ++y)
      for (int x = 0; x < kColumns; ++x) ck_assert_float_eq(features.at(kCellKnown, x, y), 0);
  }
}
END_TEST

START_TEST(test_rows_are_the_same_wherever_reading_begins) {
  const CodePicture now(kWidth, kHeight, 1), before(kWidth, kHeight, 2);
  const MotionField motion = random_motion(1);
  const NoisyFrames frames = frames_of(now, before, &motion);
  const Features whole = read(frames);
  for (const int size : {1, 3, 8}) {
    Features parts;
    for (int end = kRows; end > 0; end -= size) {
      const int begin = std::max(0, end - size);
      read_noise_features(frames, begin, rows_of(parts.view(), begin, end));
    }
    ck_assert(parts.values == whole.values);
  }
}
END_TEST

START_TEST(test_blocks_have_the_vector_of_their_first_sample) {
  const MotionField motion = random_motion(3);
  for (int row = 0; row < 8; ++row)
    for (int column = 0; column < 12; ++column)
      // Blocks beyond the last vector have that one.
      ck_assert(vector_of_block(motion, column, row) ==
                motion.at(std::min(column / 2, 4), std::min(row / 2, 2)));
}
END_TEST

START_TEST(test_the_brightness_of_a_block_is_the_mean_of_its_luma) {
  // The last blocks of rows and columns are half as wide and high.
  constexpr int kWidth = 28, kHeight = 20;
  const CodePicture picture(kWidth, kHeight, 7);
  const NoisyFrames whole{picture.planes(), picture.planes(), nullptr, kHeight, kWidth};
  NoisyFrames barred = whole;
  barred.interior = Interior{{8, kWidth}, {0, 15}};
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 4; ++column) {
      double sum = 0;
      int count = 0;
      for (int y = 8 * row; y < std::min(kHeight, 8 * row + 8); ++y)
        for (int x = 8 * column; x < std::min(kWidth, 8 * column + 8); ++x, ++count)
          sum += whole.now.luma.data[y * whole.now.luma.stride_bytes + x];
      ck_assert_double_eq_tol(brightness_of_block(whole, column, row), sum / count, 1e-4);
      const float inside = brightness_of_block(barred, column, row);
      if (column == 0 || row > 0)
        ck_assert_float_eq(inside, -1);
      else
        ck_assert_double_eq_tol(inside, sum / count, 1e-4);
    }
}
END_TEST

START_TEST(test_a_block_is_repeated_where_all_of_its_luma_is) {
  const CodePicture before(kWidth, kHeight, 2);
  for (const auto& [dx, dy] : {std::array{0, 0}, {5, -3}, {-9, 4}}) {
    CodePicture now(kWidth, kHeight, 1);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x)
        if (x + dx >= 0 && x + dx < kWidth && y + dy >= 0 && y + dy < kHeight)
          now.luma_at(x, y) =
              static_cast<std::uint8_t>(code_at(before.planes().luma, x + dx, y + dy));
    MotionField motion(kWidth, kHeight);
    // Quarters are rounded to the nearest sample.
    for (MotionVector& vector : motion.vectors) vector = {dx - 1, dy, 2, 1};
    const NoisyFrames frames = frames_of(now, before, &motion);
    for (int row = 0; row < (kHeight + 7) / 8; ++row)
      for (int column = 0; column < (kWidth + 7) / 8; ++column) {
        const int left = 8 * column, top = 8 * row;
        const int right = std::min(left + 8, kWidth), bottom = std::min(top + 8, kHeight);
        const bool inside =
            left + dx >= 0 && right + dx <= kWidth && top + dy >= 0 && bottom + dy <= kHeight;
        ck_assert_int_eq(is_repeated(frames, column, row), inside);
        for (const auto& [x, y] : {std::array{left, top}, {right - 1, bottom - 1}}) {
          now.luma_at(x, y) ^= 1;
          ck_assert(!is_repeated(frames, column, row));
          now.luma_at(x, y) ^= 1;
        }
      }
    NoisyFrames alone = frames;
    alone.before = {};
    ck_assert(!is_repeated(alone, 2, 1));
    alone = frames;
    alone.motion = nullptr;
    ck_assert(!is_repeated(alone, 2, 1));
  }
}
END_TEST

START_TEST(test_bars_mirror_what_lies_between_them) {
  const CodePicture now(kWidth, kHeight, 1), before(kWidth, kHeight, 2);
  const MotionField still(kWidth, kHeight);
  NoisyFrames frames = frames_of(now, before, &still);
  const Features whole = read(frames);
  // Cells that hold a part of a bar are not of the interior: these are columns 2 ... 15, rows 2
  // ... 8.
  frames.interior = Interior{{5, 66}, {8, 39}};
  const Features inside = read(frames);
  constexpr int kFirstColumn = 2, kEndColumn = 16, kFirstRow = 2, kEndRow = 9;
  const auto mirror = [](int cell, int first, int end) {
    if (cell < first) return 2 * first - 1 - cell;
    return cell < end ? cell : 2 * end - 1 - cell;
  };
  for (int y = 0; y < kRows; ++y)
    for (int x = 0; x < kEndColumn + kEndColumn - kFirstColumn; ++x)
      for (int c = 0; c < kNoiseFeatureChannels; ++c)
        ck_assert_float_eq(inside.at(c, x, y), whole.at(c, mirror(x, kFirstColumn, kEndColumn),
                                                        mirror(y, kFirstRow, kEndRow)));
}
END_TEST

START_TEST(test_an_interior_without_a_cell_is_ignored) {
  const CodePicture now(kWidth, kHeight, 1), before(kWidth, kHeight, 2);
  NoisyFrames frames = frames_of(now, before, nullptr);
  const Features whole = read(frames);
  frames.interior = Interior{{5, 11}, {9, 14}};
  ck_assert(read(frames).values == whole.values);
}
END_TEST

int main() {
  return run_suite(
      "noise_features",
      {test_cells_are_compared_along_the_motion, test_without_a_frame_before_nothing_is_compared,
       test_rows_are_the_same_wherever_reading_begins,
       test_blocks_have_the_vector_of_their_first_sample,
       test_the_brightness_of_a_block_is_the_mean_of_its_luma,
       test_a_block_is_repeated_where_all_of_its_luma_is, test_bars_mirror_what_lies_between_them,
       test_an_interior_without_a_cell_is_ignored});
}
