// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes of brightness that the test makes itself.
#include <denoiseae/thread_pool.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <utility>
#include <vector>

#include "support/check.h"
#include "support/scenes.h"
#include "temporal/brightness_search.h"
#include "temporal/median.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

using Line = BrightnessChange::Line;

constexpr int kWidth = 320, kHeight = 256;
constexpr int kBorder = 64;
constexpr int kBand = BrightnessChange::kBand;

LumaPlane scene(std::uint32_t seed, int x = 0, int y = 0, double contrast = 0.5) {
  const TexturedCanvas canvas(kWidth + 2 * kBorder, kHeight + 2 * kBorder, seed);
  return canvas.crop(kBorder + x, kBorder + y, kWidth, kHeight, contrast, 110);
}

/// Returns the plane with other codes. line_of: returns the line of a row.
template <typename LineOf>
LumaPlane changed(const LumaPlane& plane, const LineOf& line_of) {
  LumaPlane out = plane;
  for (int y = 0; y < plane.height; ++y)
    for (int x = 0; x < plane.width; ++x) {
      const Line line = line_of(y);
      out.at(x, y) = static_cast<std::uint8_t>(
          std::clamp<double>(std::round(double{line.gain} * plane.at(x, y) + line.offset), 0, 255));
    }
  return out;
}

BrightnessChange find(const LumaPlane& frame, const LumaPlane& reference, double sigma,
                      const MotionField* motion = nullptr, ThreadPool* pool = nullptr) {
  BrightnessSearch search(frame.height, frame.width);
  BrightnessChange change;
  change.reserve(search.bands());
  search.find({frame.view(), reference.view(), frame.height, frame.width}, motion, sigma, pool,
              change);
  return change;
}

/// Returns the root of the mean square change of the plane's codes.
double size_of(const LumaPlane& plane, const Line& line) {
  double sum = 0;
  for (const std::uint8_t code : plane.samples) {
    const double change = (line.gain - 1.0) * code + line.offset;
    sum += change * change;
  }
  return std::sqrt(sum / static_cast<double>(plane.samples.size()));
}

}  // namespace

START_TEST(test_medians_are_those_of_sorted_values) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal(0.1f, 2);
  for (const int count : {1, 2, 7, 199, 200, 201, 3601})
    for (const bool positive : {false, true}) {
      std::vector<float> values;
      for (int i = 0; i < count; ++i)
        values.push_back(positive ? std::abs(normal(random)) : normal(random));
      std::vector<float> sorted = values;
      std::sort(sorted.begin(), sorted.end());
      ck_assert_float_eq(median(values), sorted[sorted.size() / 2]);
      std::sort(values.begin(), values.end());
      ck_assert_msg(values == sorted, "values were lost");
    }
  std::vector<float> equal(500, 3.0f);
  ck_assert_float_eq(median(equal), 3.0f);
}
END_TEST

START_TEST(test_gain_and_offset_are_found_under_noise) {
  constexpr double kSigma = 15;
  for (const Line& line :
       {Line{1.1f, 0}, {0.8f, 10}, {1, 12}, {1, -9}, {1.3f, -30}, {0.6f, 0}, {1, 60}}) {
    for (const std::uint32_t seed : {1u, 2u}) {
      const LumaPlane reference = scene(seed);
      const LumaPlane frame =
          with_noise(changed(reference, [&](int) { return line; }), kSigma, seed);
      const BrightnessChange change = find(frame, reference, kSigma);
      ck_assert(!change.is_none());
      for (int row = 0; row < kHeight; row += 5)
        for (const float code : {60.0f, 110.0f, 160.0f})
          if (!(std::abs(change.line_at(row).at(code) - line.at(code)) < 1.2f))
            ck_abort_msg("gain %g, offset %g, row %d: %g becomes %g, not %g", line.gain,
                         line.offset, row, code, change.line_at(row).at(code), line.at(code));
      const double size = size_of(reference, line);
      ck_assert_double_eq_tol(change.size(), size, 1 + 0.1 * size);
      ck_assert_int_eq(change.is_sudden(), size > 20);
    }
  }
}
END_TEST

START_TEST(test_noise_is_no_change) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed)
    for (const double sigma : {0.0, 2.0, 15.0, 30.0}) {
      // Where strong noise is clipped the brightness does change.
      const LumaPlane reference = scene(seed, 0, 0, seed % 2 == 0 && sigma < 20 ? 1 : 0.3);
      const LumaPlane frame = sigma == 0 ? reference : with_noise(reference, sigma, seed);
      const BrightnessChange change = find(frame, reference, sigma);
      if (!change.is_none())
        ck_abort_msg("scene %u, noise %g: gain %g, offset %g", seed, sigma, change.line_at(99).gain,
                     change.line_at(99).offset);
    }
}
END_TEST

START_TEST(test_a_pan_is_no_change) {
  for (std::uint32_t seed = 1; seed <= 12; ++seed)
    for (const int pan : {1, 2, 4, 8, 16, 40}) {
      const double sigma = seed % 2 == 0 ? 15 : 2;
      const double contrast = seed % 3 == 0 ? 1 : 0.5;
      const LumaPlane reference = scene(seed, 0, 0, contrast);
      const LumaPlane frame = with_noise(scene(seed, pan, pan / 2, contrast), sigma, seed);
      const BrightnessChange change = find(frame, reference, sigma);
      if (!change.is_none())
        ck_abort_msg("scene %u, pan by %d: size %g; gain %g, offset %g", seed, pan, change.size(),
                     change.line_at(99).gain, change.line_at(99).offset);
    }
}
END_TEST

START_TEST(test_another_scene_is_no_change) {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    const LumaPlane frame = with_noise(scene(seed + 100, 0, 0, 1), 5, seed);
    const BrightnessChange change = find(frame, scene(seed, 0, 0, 1), 5);
    if (!change.is_none())
      ck_abort_msg("scene %u: size %g; gain %g, offset %g", seed, change.size(),
                   change.line_at(99).gain, change.line_at(99).offset);
  }
}
END_TEST

START_TEST(test_a_change_is_found_along_the_motion) {
  constexpr int kPanX = 18, kPanY = -7;
  const Line line{1.1f, -4};
  const LumaPlane reference = scene(3);
  const LumaPlane frame =
      with_noise(changed(scene(3, kPanX, kPanY), [&](int) { return line; }), 4, 1);
  MotionField motion(kWidth, kHeight);
  for (MotionVector& vector : motion.vectors) vector = {.dx = kPanX, .dy = kPanY};
  const BrightnessChange change = find(frame, reference, 4, &motion);
  for (const float code : {60.0f, 110.0f, 160.0f})
    ck_assert_float_eq_tol(change.line_at(99).at(code), line.at(code), 0.6f);
  // Threads change nothing.
  ThreadPool pool(3);
  const BrightnessChange same = find(frame, reference, 4, &motion, &pool);
  for (int row = 0; row < kHeight; ++row) ck_assert(same.line_at(row) == change.line_at(row));
}
END_TEST

// The light of a lamp changes while a camera reads its rows.
START_TEST(test_bands_of_a_lamp_are_found) {
  for (const auto& [strength, sigma] : {std::array{0.08f, 2.0f}, {0.08f, 10.0f}, {0.03f, 10.0f}}) {
    const auto lamp = [strength = strength](int row) {
      const float phase = 2 * std::numbers::pi_v<float> * static_cast<float>(row) / 240;
      return Line{1 + strength * std::sin(phase), 0};
    };
    const LumaPlane reference = scene(5);
    const LumaPlane frame = with_noise(changed(reference, lamp), sigma, 2);
    const BrightnessChange change = find(frame, reference, sigma);
    ck_assert(!change.is_none());
    ck_assert(!change.is_sudden());
    for (int row = 0; row < kHeight; ++row) {
      // Beyond the middle of the last band its line stays as it is there.
      const float tolerance = row < kBand || row >= kHeight - kBand ? 3.5f : 1.5f;
      if (!(std::abs(change.line_at(row).at(110) - lamp(row).at(110)) < tolerance))
        ck_abort_msg("noise %g, row %d: %g, not %g", sigma, row, change.line_at(row).at(110),
                     lamp(row).at(110));
    }
  }
}
END_TEST

START_TEST(test_pictures_of_few_blocks_have_no_change) {
  const LumaPlane dark(31, 64);
  LumaPlane bright(31, 64);
  std::fill(bright.samples.begin(), bright.samples.end(), std::uint8_t{200});
  ck_assert(find(bright, dark, 1).is_none());
  // With one column more there are two columns of blocks.
  const LumaPlane wide_dark(32, 64);
  LumaPlane wide_bright(32, 64);
  std::fill(wide_bright.samples.begin(), wide_bright.samples.end(), std::uint8_t{200});
  const BrightnessChange change = find(wide_bright, wide_dark, 1);
  ck_assert_float_eq_tol(change.line_at(20).at(0), 200, 0.1f);
  ck_assert(change.is_sudden());
}
END_TEST

int main() {
  return run_suite(
      "brightness_search",
      {test_medians_are_those_of_sorted_values, test_gain_and_offset_are_found_under_noise,
       test_noise_is_no_change, test_a_pan_is_no_change, test_another_scene_is_no_change,
       test_a_change_is_found_along_the_motion, test_bands_of_a_lamp_are_found,
       test_pictures_of_few_blocks_have_no_change});
}
