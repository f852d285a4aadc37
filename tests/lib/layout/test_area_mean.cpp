// SPDX-License-Identifier: LGPL-2.1-or-later
#include <array>
#include <cstdint>
#include <random>
#include <utility>

#include "layout/area_mean.h"
#include "support/check.h"
#include "support/scenes.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 100, kHeight = 40;

LumaPlane random_plane() {
  LumaPlane plane(kWidth, kHeight);
  std::mt19937 random(1);
  for (std::uint8_t& code : plane.samples) code = static_cast<std::uint8_t>(random() & 255);
  return plane;
}

}  // namespace

START_TEST(test_means_are_those_of_the_samples) {
  const LumaPlane plane = random_plane();
  for (const auto& [x, y] : {std::pair{0, 0}, {17, 5}, {kWidth - 16, kHeight - 8}}) {
    double sum = 0;
    for (int i = 0; i < 8; ++i)
      for (int k = 0; k < 16; ++k) sum += plane.at(x + k, y + i);
    const double mean = area_mean<16, 8>(plane.view(), x, y);
    ck_assert_double_eq_tol(mean, sum / 128, 1e-4);
  }
}
END_TEST

START_TEST(test_means_around_a_place_are_those_of_the_samples) {
  const LumaPlane plane = random_plane();
  for (const auto& [x, y] : {std::pair{0, 0}, {17, 5}, {kWidth - 9, kHeight - 9}}) {
    const std::array<float, 4> means = area_means_around<8>(plane.view(), x, y);
    for (int place = 0; place < 4; ++place) {
      double sum = 0;
      for (int i = 0; i < 8; ++i)
        for (int k = 0; k < 8; ++k) sum += plane.at(x + k + place % 2, y + i + place / 2);
      ck_assert_double_eq_tol(means[static_cast<std::size_t>(place)], sum / 64, 1e-4);
    }
  }
}
END_TEST

int main() {
  return run_suite("area_mean", {test_means_are_those_of_the_samples,
                                 test_means_around_a_place_are_those_of_the_samples});
}
