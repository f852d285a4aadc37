// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "motion/luma_pyramid.h"
#include "support/check.h"
#include "support/moments.h"
#include "support/scenes.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

int mean(int a, int b) { return (a + b + 1) / 2; }

// The definition of the levels: one value at a time, from the values of the level before.
std::vector<LumaPlane> slow_levels(const LumaPlane& plane) {
  std::vector<LumaPlane> levels{plane};
  const auto at = [](const LumaPlane& from, int x, int y) {
    return int{from.at(std::clamp(x, 0, from.width - 1), std::clamp(y, 0, from.height - 1))};
  };
  const auto across = [&](int x, int y) {
    const int in_x = std::clamp(x, 0, plane.width - 1);
    return mean(mean(at(plane, in_x, y - 1), at(plane, in_x, y + 1)), at(plane, in_x, y));
  };
  for (int y = 0; y < plane.height; ++y)
    for (int x = 0; x < plane.width; ++x)
      levels[0].at(x, y) =
          static_cast<std::uint8_t>(mean(mean(across(x - 1, y), across(x + 1, y)), across(x, y)));
  for (int i = 1; i < LumaPyramid::kLevels; ++i) {
    const LumaPlane& from = levels.back();
    LumaPlane next((from.width + 1) / 2, (from.height + 1) / 2);
    for (int y = 0; y < next.height; ++y)
      for (int x = 0; x < next.width; ++x)
        next.at(x, y) = static_cast<std::uint8_t>(
            mean(mean(at(from, 2 * x, 2 * y), at(from, 2 * x, 2 * y + 1)),
                 mean(at(from, 2 * x + 1, 2 * y), at(from, 2 * x + 1, 2 * y + 1))));
    levels.push_back(next);
  }
  return levels;
}

LumaPlane random_plane(int width, int height) {
  LumaPlane plane(width, height);
  std::mt19937 random(3);
  for (std::uint8_t& code : plane.samples) code = static_cast<std::uint8_t>(random());
  return plane;
}

}  // namespace

START_TEST(test_levels_and_margins_equal_the_definition) {
  for (const auto& [width, height] : {std::pair{1, 1}, {2, 5}, {33, 17}, {64, 64}, {131, 67}}) {
    const LumaPlane plane = random_plane(width, height);
    const std::vector<LumaPlane> expected = slow_levels(plane);
    LumaPyramid pyramid(width, height);
    pyramid.build(plane.view());
    for (int level = 0; level < LumaPyramid::kLevels; ++level) {
      const LumaPlane& wanted = expected[static_cast<std::size_t>(level)];
      const int margin = (LumaPyramid::kRange >> level) + LumaPyramid::kWindowMargin;
      for (int y = -margin; y < wanted.height + margin; ++y)
        for (int x = -margin; x < wanted.width + margin; ++x) {
          const int code =
              wanted.at(std::clamp(x, 0, wanted.width - 1), std::clamp(y, 0, wanted.height - 1));
          if (*pyramid.at(level, x, y) != code)
            ck_abort_msg("%dx%d, level %d, at %d,%d: %d, expected %d", width, height, level, x, y,
                         *pyramid.at(level, x, y), code);
        }
      ck_assert(pyramid.at(level, 0, 1) - pyramid.at(level, 0, 0) == pyramid.stride_bytes(level));
    }
  }
}
END_TEST

START_TEST(test_reads_any_stride) {
  const LumaPlane wide = random_plane(50, 30);
  LumaPlane tight(37, 30);
  for (int y = 0; y < 30; ++y)
    for (int x = 0; x < 37; ++x) tight.at(x, y) = wide.at(x, y);
  LumaPyramid from_wide(37, 30), from_tight(37, 30);
  from_wide.build(wide.view());
  from_tight.build(tight.view());
  for (int level = 0; level < LumaPyramid::kLevels; ++level)
    for (int y = 0; y < 30 >> level; ++y)
      for (int x = 0; x < 37 >> level; ++x)
        ck_assert_int_eq(*from_wide.at(level, x, y), *from_tight.at(level, x, y));
}
END_TEST

START_TEST(test_levels_weaken_noise_as_they_say) {
  constexpr int kWidth = 1280, kHeight = 720;
  constexpr double kSigma = 25;
  LumaPlane gray(kWidth, kHeight);
  std::fill(gray.samples.begin(), gray.samples.end(), std::uint8_t{128});
  LumaPyramid pyramid(kWidth, kHeight);
  pyramid.build(with_noise(gray, kSigma, 1).view());
  for (int level = 0; level < LumaPyramid::kLevels; ++level) {
    std::vector<int> codes;
    for (int y = 0; y < kHeight >> level; ++y)
      for (int x = 0; x < kWidth >> level; ++x) codes.push_back(*pyramid.at(level, x, y));
    const double gain = LumaPyramid::kNoiseGain[static_cast<std::size_t>(level)];
    // Rounding adds a few percent at the last level.
    ck_assert_double_eq_tol(moments(codes).deviation / (gain * kSigma), 1, 0.05);
  }
}
END_TEST

int main() {
  return run_suite("luma_pyramid", {test_levels_and_margins_equal_the_definition,
                                    test_reads_any_stride, test_levels_weaken_noise_as_they_say});
}
