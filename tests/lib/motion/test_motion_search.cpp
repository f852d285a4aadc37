// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "motion/motion_search.h"
#include "support/check.h"
#include "support/scenes.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 640, kHeight = 368;

struct BlockRange {
  int column_begin, column_end, row_begin, row_end;
};

// Returns the share of the blocks in the range that have the vector.
double share(const MotionField& field, const BlockRange& range, const MotionVector& v) {
  int equal = 0, count = 0;
  for (int row = range.row_begin; row < range.row_end; ++row)
    for (int column = range.column_begin; column < range.column_end; ++column, ++count)
      equal += field.at(column, row) == v;
  return equal / static_cast<double>(count);
}

BlockRange all_blocks(const MotionField& field) { return {0, field.columns, 0, field.rows}; }

// Searches the motion between two pictures with noise. The noise of the reference has
// reference_part times the deviation sigma of the noise in the current one.
MotionField search_noisy(const LumaPlane& now, const LumaPlane& reference, double sigma,
                         double reference_part) {
  MotionSearch search(now.width, now.height);
  return search.search(with_noise(now, sigma, 1).view(),
                       with_noise(reference, reference_part * sigma, 2).view(),
                       sigma * std::hypot(1, reference_part));
}

void check_pan(const MotionVector& v, double sigma) {
  constexpr int kBorder = 16;
  const TexturedCanvas canvas(kWidth + 2 * kBorder, kHeight + 2 * kBorder, 2);
  const LumaPlane reference = canvas.crop(kBorder, kBorder, kWidth, kHeight);
  const LumaPlane now = canvas.crop(kBorder + v.dx, kBorder + v.dy, kWidth, kHeight);
  const MotionField field = search_noisy(now, reference, sigma, 0.3);
  const double found = share(field, {1, field.columns - 1, 1, field.rows - 1}, v);
  ck_assert_double_ge(field.matched, 0.8);
  ck_assert_msg(found >= 0.95, "pan %d,%d at sigma %g: %g of the blocks", v.dx, v.dy, sigma, found);
}

// Moves a picture by x and y quarters of a pixel, and returns the share of its blocks that have the
// vector v.
double found_quarters(int x, int y, double sigma, const MotionVector& v) {
  constexpr int kBorder = 64;
  static const TexturedCanvas canvas(4 * kWidth + 2 * kBorder, 4 * kHeight + 2 * kBorder, 2);
  const auto part = [](int left, int top) {
    return shrunk(canvas.crop(kBorder + left, kBorder + top, 4 * kWidth, 4 * kHeight), 4);
  };
  const MotionField field = search_noisy(part(x, y), part(0, 0), sigma, 0.3);
  return share(field, {1, field.columns - 1, 1, field.rows - 1}, v);
}

}  // namespace

START_TEST(test_static_scenes_have_zero_motion) {
  const TexturedCanvas canvas(kWidth, kHeight, 2);
  for (double contrast : {0.0, 0.1, 0.3, 1.0})
    for (double sigma : {3.0, 30.0, 60.0})
      for (double reference_part : {0.3, 0.7, 1.0}) {
        const LumaPlane clean = canvas.crop(0, 0, kWidth, kHeight, contrast);
        const MotionField field = search_noisy(clean, clean, sigma, reference_part);
        const double zero = share(field, all_blocks(field), {});
        ck_assert_msg(zero >= 0.99, "contrast %g sigma %g reference %g: %g of the blocks", contrast,
                      sigma, reference_part, zero);
        ck_assert_double_ge(field.matched, 0.99);
      }
}
END_TEST

START_TEST(test_pans_are_found) {
  for (double sigma : {0.0, 5.0, 20.0})
    for (int pan = 1; pan <= 12; ++pan) check_pan({pan, 0}, sigma);
  for (const MotionVector& v : {MotionVector{-1, 0}, {0, 1}, {0, -7}, {3, 2}, {-11, 5}, {-16, 16}})
    check_pan(v, 20);
}
END_TEST

START_TEST(test_pans_by_parts_of_pixels_are_found) {
  const struct {
    int x, y;
    MotionVector v;
  } pans[] = {{2, 0, {0, 0, 2, 0}},   {0, 2, {0, 0, 0, 2}},   {6, 0, {1, 0, 2, 0}},
              {-6, 0, {-2, 0, 2, 0}}, {2, -2, {0, -1, 2, 2}}, {18, 10, {4, 2, 2, 2}},
              {5, 0, {1, 0, 1, 0}},   {-1, 7, {-1, 1, 3, 3}}};
  for (const auto& [x, y, v] : pans)
    for (double sigma : {0.0, 5.0, 10.0}) {
      const double found = found_quarters(x, y, sigma, v);
      ck_assert_msg(found >= 0.9, "pan %d/4,%d/4 at sigma %g: %g of the blocks", x, y, sigma,
                    found);
    }
}
END_TEST

START_TEST(test_range_reaches_32_pixels) {
  for (const MotionVector& v : {MotionVector{32, 0}, {-32, 32}, {33, -31}, {48, 0}}) {
    const TexturedCanvas canvas(kWidth + 128, kHeight + 128, 3);
    const MotionField field = search_noisy(canvas.crop(64 + v.dx, 64 + v.dy, kWidth, kHeight),
                                           canvas.crop(64, 64, kWidth, kHeight), 20, 0.3);
    const BlockRange inside{4, field.columns - 4, 4, field.rows - 4};
    ck_assert_double_ge(share(field, inside, v), 0.95);
  }
}
END_TEST

START_TEST(test_inset_moves_on_static_ground) {
  constexpr int kInset = 160, kX = 208, kY = 112;
  const TexturedCanvas ground(kWidth, kHeight, 4), other(kInset, kInset, 5);
  for (const MotionVector& v : {MotionVector{-5, 0}, {6, 4}, {0, 13}}) {
    LumaPlane reference = ground.crop(0, 0, kWidth, kHeight), now = reference;
    const LumaPlane inset = other.crop(0, 0, kInset, kInset);
    for (int y = 0; y < kInset; ++y)
      for (int x = 0; x < kInset; ++x) {
        now.at(kX + x, kY + y) = inset.at(x, y);
        reference.at(kX + x + v.dx, kY + y + v.dy) = inset.at(x, y);
      }
    const MotionField field = search_noisy(now, reference, 20, 0.3);
    const BlockRange inside{kX / 16 + 1, (kX + kInset) / 16 - 1, kY / 16 + 1,
                            (kY + kInset) / 16 - 1};
    ck_assert_double_ge(share(field, inside, v), 0.95);
    // The ground stands still, also near the inset, except for the blocks that it uncovers.
    ck_assert_double_ge(share(field, {0, kX / 16 - 2, 0, field.rows}, {}), 0.99);
    ck_assert_double_ge(share(field, {(kX + kInset) / 16 + 2, field.columns, 0, field.rows}, {}),
                        0.99);
  }
}
END_TEST

START_TEST(test_more_noise_asks_for_more_evidence) {
  const TexturedCanvas canvas(kWidth + 1, kHeight, 2);
  const LumaPlane reference = canvas.crop(0, 0, kWidth, kHeight, 0.1);
  const LumaPlane now = canvas.crop(1, 0, kWidth, kHeight, 0.1);
  MotionSearch search(kWidth, kHeight);
  const MotionField sure = search.search(now.view(), reference.view(), 0);
  const MotionField unsure = search.search(now.view(), reference.view(), 100);
  ck_assert_double_ge(share(sure, all_blocks(sure), {1, 0}), 0.95);
  ck_assert_double_ge(share(unsure, all_blocks(unsure), {}), 0.95);
}
END_TEST

START_TEST(test_motion_lasts) {
  constexpr double kContrast = 0.3, kSigma = 30;
  const MotionVector v{2, 0};
  const TexturedCanvas canvas(kWidth + v.dx, kHeight, 2);
  const LumaPlane reference = canvas.crop(0, 0, kWidth, kHeight, kContrast);
  const LumaPlane now = with_noise(canvas.crop(v.dx, 0, kWidth, kHeight, kContrast), kSigma, 1);
  MotionSearch search(kWidth, kHeight);
  const MotionField fresh = search.search(now.view(), reference.view(), kSigma);
  ck_assert_double_ge(share(fresh, all_blocks(fresh), {}), 0.95);
  MotionField moved(kWidth, kHeight), alone = moved;
  std::fill(moved.vectors.begin(), moved.vectors.end(), MotionVector{7, 0});
  const MotionField after_motion = search.search(now.view(), reference.view(), kSigma, &moved);
  ck_assert_double_ge(share(after_motion, all_blocks(after_motion), v), 0.6);
  ck_assert_double_le(share(after_motion, all_blocks(after_motion), {}), 0.1);
  // Single blocks that moved change nothing.
  for (int row = 1; row < alone.rows; row += 3)
    for (int column = 1; column < alone.columns; column += 3) alone.at(column, row) = {7, 0};
  ck_assert(search.search(now.view(), reference.view(), kSigma, &alone).vectors == fresh.vectors);
  // The last result may be passed as the field of the frame before.
  search.search(now.view(), reference.view(), kSigma, &moved);
  const MotionField& last = search.search(now.view(), reference.view(), kSigma, &moved);
  const MotionField copy = last;
  const MotionField next = search.search(now.view(), reference.view(), kSigma, &last);
  ck_assert(next.vectors == search.search(now.view(), reference.view(), kSigma, &copy).vectors);
}
END_TEST

START_TEST(test_pans_by_whole_pixels_keep_their_vectors) {
  constexpr double kContrast = 0.3;
  for (const double sigma : {5.0, 10.0, 20.0})
    for (const int pan : {2, 3, 5}) {
      const TexturedCanvas canvas(kWidth + pan, kHeight, 2);
      const LumaPlane reference = canvas.crop(0, 0, kWidth, kHeight, kContrast);
      const LumaPlane now = with_noise(canvas.crop(pan, 0, kWidth, kHeight, kContrast), sigma, 1);
      MotionField moved(kWidth, kHeight);
      const MotionVector v{pan, 0};
      std::fill(moved.vectors.begin(), moved.vectors.end(), v);
      MotionSearch search(kWidth, kHeight);
      const MotionField field = search.search(now.view(), reference.view(), sigma, &moved);
      const double found = share(field, all_blocks(field), v);
      ck_assert_msg(found >= 0.85, "pan %d at sigma %g: %g of the blocks", pan, sigma, found);
    }
}
END_TEST

START_TEST(test_unrelated_pictures_stay_in_range) {
  const LumaPlane a = TexturedCanvas(333, 241, 1).crop(0, 0, 333, 241);
  const LumaPlane b = TexturedCanvas(333, 241, 2).crop(0, 0, 333, 241);
  MotionSearch search(333, 241);
  for (const MotionVector& v : search.search(a.view(), b.view(), 5).vectors) {
    ck_assert(std::max(std::abs(v.dx), std::abs(v.dy)) <= MotionSearch::kRange);
    ck_assert(std::min(v.fx, v.fy) >= 0 && std::max(v.fx, v.fy) < MotionVector::kFractions);
  }
}
END_TEST

START_TEST(test_after_a_cut_little_matches) {
  const TexturedCanvas canvas(3 * kWidth, kHeight, 2);
  for (double sigma : {3.0, 15.0, 40.0}) {
    const MotionField field = search_noisy(canvas.crop(2 * kWidth, 0, kWidth, kHeight),
                                           canvas.crop(0, 0, kWidth, kHeight), sigma, 0.3);
    ck_assert_msg(field.matched < 0.05, "sigma %g: %g", sigma, field.matched);
  }
}
END_TEST

START_TEST(test_result_depends_on_the_arguments_alone) {
  const TexturedCanvas canvas(kWidth + 8, kHeight, 6);
  const LumaPlane a = with_noise(canvas.crop(0, 0, kWidth, kHeight), 20, 1);
  const LumaPlane b = with_noise(canvas.crop(7, 0, kWidth, kHeight), 20, 2);
  MotionSearch fresh(kWidth, kHeight), used(kWidth, kHeight);
  used.search(b.view(), a.view(), 3);
  ck_assert(fresh.search(a.view(), b.view(), 25).vectors ==
            used.search(a.view(), b.view(), 25).vectors);
}
END_TEST

START_TEST(test_threads_do_not_change_the_result) {
  const TexturedCanvas canvas(kWidth + 8, kHeight, 6);
  for (const double sigma : {3.0, 40.0}) {
    const LumaPlane a = with_noise(canvas.crop(0, 0, kWidth, kHeight), sigma, 1);
    const LumaPlane b = with_noise(canvas.crop(7, 0, kWidth, kHeight), sigma, 2);
    MotionSearch search(kWidth, kHeight);
    const std::vector<MotionVector> alone = search.search(a.view(), b.view(), sigma).vectors;
    for (const int threads : {1, 2, 3, 40}) {
      ThreadPool pool(threads);
      for (int i = 0; i < 5; ++i)
        ck_assert(search.search(a.view(), b.view(), sigma, nullptr, &pool).vectors == alone);
    }
  }
}
END_TEST

START_TEST(test_reads_any_stride) {
  constexpr int kPadding = 37;
  const TexturedCanvas canvas(kWidth + kPadding, kHeight, 6);
  const LumaPlane wide = canvas.crop(0, 0, kWidth + kPadding, kHeight);
  const LumaPlane tight = canvas.crop(0, 0, kWidth, kHeight);
  const LumaPlane reference = canvas.crop(3, 0, kWidth, kHeight);
  MotionSearch search(kWidth, kHeight);
  const MotionField expected = search.search(tight.view(), reference.view(), 5);
  ck_assert(search.search(wide.view(), reference.view(), 5).vectors == expected.vectors);
}
END_TEST

START_TEST(test_any_size) {
  for (int width : {1, 2, 15, 16, 17, 31, 32, 33, 63, 65, 333})
    for (int height : {1, 7, 16, 32, 33, 70}) {
      const TexturedCanvas canvas(width + 2, height, 7);
      const LumaPlane now = canvas.crop(2, 0, width, height);
      const LumaPlane reference = canvas.crop(0, 0, width, height);
      MotionSearch search(width, height);
      const MotionField& field = search.search(now.view(), reference.view(), 1);
      ck_assert_int_eq(field.columns, (width + 15) / 16);
      ck_assert_int_eq(field.rows, (height + 15) / 16);
      if (std::min(width, height) < MotionSearch::kMinSide)
        ck_assert_double_eq(share(field, all_blocks(field), {}), 1);
      else
        ck_assert_double_ge(share(field, all_blocks(field), {2, 0}), 0.5);
    }
}
END_TEST

int main() {
  return run_suite(
      "motion_search",
      {test_static_scenes_have_zero_motion, test_pans_are_found,
       test_pans_by_parts_of_pixels_are_found, test_range_reaches_32_pixels,
       test_inset_moves_on_static_ground, test_more_noise_asks_for_more_evidence, test_motion_lasts,
       test_pans_by_whole_pixels_keep_their_vectors, test_unrelated_pictures_stay_in_range,
       test_after_a_cut_little_matches, test_result_depends_on_the_arguments_alone,
       test_threads_do_not_change_the_result, test_reads_any_stride, test_any_size});
}
