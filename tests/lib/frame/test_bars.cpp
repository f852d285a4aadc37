// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstddef>
#include <vector>

#include "frame/bars.h"
#include "layout/interior.h"
#include "layout/packed_layout.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// The size of the packed planes.
constexpr int kWidth = 10, kHeight = 8, kChannels = kPackedChannels + 2;
constexpr Interior kInteriors[] = {
    {{0, 2 * kWidth}, {6, 12}}, {{0, 2 * kWidth}, {5, 11}}, {{4, 14}, {0, 2 * kHeight}},
    {{3, 17}, {2, 15}},         {{7, 9}, {7, 9}},
};

bool is_inside(Interior::Range range, int i) { return i >= range.begin && i < range.end; }

/// Packed planes of luma and chroma samples that tell where they are.
struct Planes {
  std::vector<float> values = std::vector<float>(kWidth * kHeight * kChannels);

  Planes() {
    for (int y = 0; y < 2 * kHeight; ++y)
      for (int x = 0; x < 2 * kWidth; ++x) luma(x, y) = luma_of(x, y);
    for (int y = 0; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x)
        for (int c = 4; c < kChannels; ++c) at(c, x, y) = chroma_of(c, x, y);
  }
  static float luma_of(int x, int y) { return static_cast<float>(1 + 100 * y + x); }
  static float chroma_of(int c, int x, int y) {
    return static_cast<float>(10000 * c + 100 * y + x);
  }
  float& at(int c, int x, int y) {
    return values[static_cast<std::size_t>((y * kWidth + x) * kChannels + c)];
  }
  float& luma(int x, int y) { return at(y % 2 * 2 + x % 2, x / 2, y / 2); }
  TensorView view() { return {values.data(), kChannels, kHeight, kWidth}; }
};

}  // namespace

START_TEST(test_positions_are_mirrored_into_a_range) {
  constexpr Interior::Range kRange{3, 6};
  const int shown[] = {5, 4, 3, 3, 4, 5, 5, 4, 3, 3, 4};
  for (int i = 0; i < 11; ++i) ck_assert_int_eq(mirrored_into(kRange, i), shown[i]);
}
END_TEST

START_TEST(test_the_interior_is_mirrored_into_bars) {
  for (const Interior& interior : kInteriors) {
    for (int y = 0; y < kHeight; ++y) {
      Planes from;
      const int source = shown_pair(interior.rows, y);
      const TensorView row = rows_of(from.view(), source, source + 1);
      mirror_bars(interior, y, row);
      for (int x = 0; x < 2 * kWidth; ++x)
        for (int i = 0; i < 2; ++i)
          ck_assert_float_eq(from.luma(x, 2 * source + i),
                             Planes::luma_of(mirrored_into(interior.columns, x),
                                             mirrored_into(interior.rows, 2 * y + i)));
      for (int x = 0; x < kWidth; ++x)
        for (int c = 4; c < kChannels; ++c)
          // Other channels stay as they are.
          ck_assert_float_eq(
              from.at(c, x, source),
              Planes::chroma_of(c, c < kPackedChannels ? shown_pair(interior.columns, x) : x,
                                source));
    }
  }
}
END_TEST

START_TEST(test_the_residual_of_bars_is_zero) {
  for (const Interior& interior : kInteriors) {
    Planes planes;
    constexpr int kFirstRow = 2;
    clear_bars(interior, kFirstRow, rows_of(planes.view(), kFirstRow, kHeight));
    for (int y = 2 * kFirstRow; y < 2 * kHeight; ++y)
      for (int x = 0; x < 2 * kWidth; ++x) {
        const bool inside = is_inside(interior.columns, x) && is_inside(interior.rows, y);
        ck_assert_float_eq(planes.luma(x, y), inside ? Planes::luma_of(x, y) : 0);
      }
    for (int y = kFirstRow; y < kHeight; ++y)
      for (int x = 0; x < kWidth; ++x)
        for (int c = 4; c < kChannels; ++c) {
          // A block that holds some of the interior keeps its chroma.
          const bool inside =
              (is_inside(interior.columns, 2 * x) || is_inside(interior.columns, 2 * x + 1)) &&
              (is_inside(interior.rows, 2 * y) || is_inside(interior.rows, 2 * y + 1));
          ck_assert_float_eq(planes.at(c, x, y),
                             inside || c >= kPackedChannels ? Planes::chroma_of(c, x, y) : 0);
        }
  }
}
END_TEST

int main() {
  return run_suite(
      "bars", {test_positions_are_mirrored_into_a_range, test_the_interior_is_mirrored_into_bars,
               test_the_residual_of_bars_is_zero});
}
