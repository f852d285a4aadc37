// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdint>
#include <optional>

#include "frame/find_interior.h"
#include "support/check.h"
#include "support/code_picture.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 40, kHeight = 24;

void fill(CodePicture& picture, Interior::Range columns, Interior::Range rows, std::uint8_t code) {
  for (int y = rows.begin; y < rows.end; ++y)
    for (int x = columns.begin; x < columns.end; ++x) picture.luma_at(x, y) = code;
}

void fill_chroma(CodePicture& picture, Interior::Range columns, Interior::Range rows) {
  for (int y = rows.begin / 2; y < rows.end / 2; ++y)
    for (int x = columns.begin / 2; x < columns.end / 2; ++x) {
      const auto i = static_cast<std::size_t>(y * picture.chroma_stride + x);
      picture.u[i] = picture.v[i] = 128;
    }
}

/// Makes what lies around the interior one code at each edge, and chroma gray there. Chroma samples
/// that lie across an edge of the interior are part of it.
void add_bars(CodePicture& picture, const Interior& interior) {
  const Interior::Range columns[] = {
      {0, kWidth}, {0, kWidth}, {0, interior.columns.begin}, {interior.columns.end, kWidth}};
  const Interior::Range rows[] = {
      {0, interior.rows.begin}, {interior.rows.end, kHeight}, interior.rows, interior.rows};
  for (int i = 0; i < 4; ++i) {
    fill(picture, columns[i], rows[i], static_cast<std::uint8_t>(16 + i));
    const auto whole = [](Interior::Range range) {
      return Interior::Range{(range.begin + 1) / 2 * 2, range.end / 2 * 2};
    };
    fill_chroma(picture, whole(columns[i]), whole(rows[i]));
  }
}

std::optional<Interior> found(const CodePicture& picture) {
  return find_interior(picture.planes(), kHeight, kWidth);
}

}  // namespace

START_TEST(test_bars_are_found_at_each_edge) {
  const Interior interiors[] = {
      {{0, kWidth}, {6, 18}},  {{0, kWidth}, {6, kHeight}}, {{0, kWidth}, {0, 20}},
      {{8, 32}, {0, kHeight}}, {{0, 38}, {0, kHeight}},     {{4, kWidth}, {0, kHeight}},
      {{10, 30}, {2, 22}},
  };
  for (const Interior& interior : interiors) {
    CodePicture picture(kWidth, kHeight, 3);
    ck_assert(!found(picture));
    add_bars(picture, interior);
    ck_assert(found(picture) == interior);
  }
}
END_TEST

START_TEST(test_edges_lie_between_any_two_samples_of_luma) {
  CodePicture picture(kWidth, kHeight, 3);
  fill_chroma(picture, {0, kWidth}, {0, kHeight});
  fill(picture, {0, kWidth}, {0, 7}, 16);
  fill(picture, {0, 5}, {7, kHeight}, 16);
  ck_assert((found(picture) == Interior{{5, kWidth}, {7, kHeight}}));
}
END_TEST

START_TEST(test_chroma_that_varies_is_no_bar) {
  CodePicture picture(kWidth, kHeight, 3);
  add_bars(picture, {{0, kWidth}, {8, 16}});
  picture.v[2 * static_cast<std::size_t>(picture.chroma_stride) + 9] = 99;  // luma row 4
  ck_assert((found(picture) == Interior{{0, kWidth}, {4, 16}}));
}
END_TEST

START_TEST(test_a_sample_of_noise_ends_a_bar) {
  CodePicture picture(kWidth, kHeight, 3);
  add_bars(picture, {{0, kWidth}, {6, 18}});
  picture.luma_at(20, 3) = 99;
  ck_assert((found(picture) == Interior{{0, kWidth}, {3, 18}}));
  add_bars(picture, {{8, 32}, {0, kHeight}});
  picture.luma_at(5, 10) = 99;
  ck_assert((found(picture) == Interior{{5, 32}, {0, kHeight}}));
}
END_TEST

START_TEST(test_a_frame_of_one_code_has_no_interior) {
  CodePicture picture(kWidth, kHeight, 3);
  fill(picture, {0, kWidth}, {0, kHeight}, 16);
  ck_assert(!found(picture));
  fill_chroma(picture, {0, kWidth}, {0, kHeight});
  ck_assert(!found(picture));
}
END_TEST

int main() {
  return run_suite(
      "find_interior",
      {test_bars_are_found_at_each_edge, test_edges_lie_between_any_two_samples_of_luma,
       test_chroma_that_varies_is_no_bar, test_a_sample_of_noise_ends_a_bar,
       test_a_frame_of_one_code_has_no_interior});
}
