// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/metrics.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "support/check.h"
#include "support/frames.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

// Computes SSIM as its authors define it, position by position with a two-dimensional window.
double slow_ssim(const std::vector<float>& a, const std::vector<float>& b, int width, int height,
                 int window) {
  const int half = window / 2;
  double total = 0;
  int count = 0;
  for (int cy = half; cy < height - half; ++cy)
    for (int cx = half; cx < width - half; ++cx, ++count) {
      double weights = 0, mean_a = 0, mean_b = 0;
      const auto weight = [](int dx, int dy) {
        return std::exp(-(dx * dx + dy * dy) / (2 * 1.5 * 1.5));
      };
      for (int dy = -half; dy <= half; ++dy)
        for (int dx = -half; dx <= half; ++dx) {
          const int i = (cy + dy) * width + cx + dx;
          weights += weight(dx, dy);
          mean_a += weight(dx, dy) * a[i];
          mean_b += weight(dx, dy) * b[i];
        }
      mean_a /= weights;
      mean_b /= weights;
      double var_a = 0, var_b = 0, cov = 0;
      for (int dy = -half; dy <= half; ++dy)
        for (int dx = -half; dx <= half; ++dx) {
          const int i = (cy + dy) * width + cx + dx;
          var_a += weight(dx, dy) / weights * (a[i] - mean_a) * (a[i] - mean_a);
          var_b += weight(dx, dy) / weights * (b[i] - mean_b) * (b[i] - mean_b);
          cov += weight(dx, dy) / weights * (a[i] - mean_a) * (b[i] - mean_b);
        }
      total += (2 * mean_a * mean_b + 1e-4) * (2 * cov + 9e-4) /
               ((mean_a * mean_a + mean_b * mean_b + 1e-4) * (var_a + var_b + 9e-4));
    }
  return total / count;
}

std::vector<float> random_plane(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<float> plane(size);
  for (float& x : plane) x = static_cast<float>(random() % 1001) / 1000;
  return plane;
}

}  // namespace

START_TEST(test_psnr_of_one_wrong_sample) {
  // Those that are converted first may not have these codes.
  for (const FormatInfo& info : direct_formats())
    for (int c = 0; c < info.component_count; ++c) {
      GuardedFrame a(info.format, 17, 13, 3, 1), b(info.format, 17, 13, 8, 2);
      for (int k = 0; k < info.component_count; ++k) {
        fill_component(a.view(), k, 100);
        fill_component(b.view(), k, k == c ? 100 : 10);
      }
      ck_assert(std::isinf(psnr(a.view(), b.view(), c)));
      const int x = info.component_width(c, 17) - 1, y = info.component_height(c, 13) - 1;
      set_sample(b.view(), c, x, y, 117);
      const double samples = (x + 1.0) * (y + 1.0);
      ck_assert_double_eq_tol(
          psnr(a.view(), b.view(), c),
          10 * std::log10(info.max_code() * info.max_code() * samples / (17.0 * 17.0)), 1e-9);
    }
}
END_TEST

START_TEST(test_psnr_of_samples) {
  const std::vector<float> a = {0, 0.5f, 1, 1.5f}, b = {0.25f, 0.5f, 1, 1};
  ck_assert_double_eq_tol(psnr(a, b), 10 * std::log10(4 / (0.0625 + 0.25)), 1e-9);
  ck_assert(std::isinf(psnr(a, a)));
  ck_assert_double_eq(psnr(a, b), psnr(b, a));
}
END_TEST

START_TEST(test_ssim_equals_the_definition) {
  for (const auto& [width, height, window] : {std::array{31, 24, 11},
                                              {11, 11, 11},
                                              {10, 40, 9},
                                              {40, 6, 5},
                                              {3, 3, 3},
                                              {2, 9, 1},
                                              {1, 1, 1}}) {
    const auto a = random_plane(width * height, 1), noise = random_plane(width * height, 2);
    std::vector<float> b = a;
    for (std::size_t i = 0; i < b.size(); ++i) b[i] += 0.2f * (noise[i] - 0.5f);
    const double found = ssim(a, b, width, height);
    ck_assert_double_eq_tol(found, slow_ssim(a, b, width, height, window), 1e-6);
    ck_assert_double_lt(found, 1);
    ck_assert_double_eq_tol(ssim(a, a, width, height), 1, 1e-9);
    ck_assert_double_eq_tol(ssim(b, a, width, height), found, 1e-9);
  }
}
END_TEST

START_TEST(test_ssim_of_frames_is_that_of_their_planes) {
  for (const FormatInfo& info : formats())
    for (int c = 0; c < info.component_count; ++c) {
      const GuardedFrame a(info.format, 33, 29, 3, 1), b(info.format, 33, 29, 8, 2);
      const int width = info.component_width(c, 33), height = info.component_height(c, 29);
      const auto max_code = static_cast<float>(info.max_code());
      std::vector<float> plane_a, plane_b;
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          plane_a.push_back(sample(a.view(), c, x, y) / max_code);
          plane_b.push_back(sample(b.view(), c, x, y) / max_code);
        }
      ck_assert_double_eq_tol(ssim(a.view(), b.view(), c),
                              slow_ssim(plane_a, plane_b, width, height, 11), 1e-6);
    }
}
END_TEST

START_TEST(test_refuse_what_cannot_be_compared) {
  GuardedFrame a(PixelFormat::gray8, 17, 13), b(PixelFormat::gray8, 13, 17);
  DAE_ASSERT_ERROR(psnr(a.view(), b.view()), bad_argument);
  DAE_ASSERT_ERROR(ssim(a.view(), b.view()), bad_argument);
  DAE_ASSERT_ERROR(psnr(a.view(), a.view(), 1), bad_argument);
  DAE_ASSERT_ERROR(ssim(a.view(), a.view(), -1), bad_argument);
  const std::vector<float> four(4), five(5), none;
  DAE_ASSERT_ERROR(psnr(four, five), bad_argument);
  DAE_ASSERT_ERROR(psnr(none, none), bad_argument);
  DAE_ASSERT_ERROR(ssim(four, five, 2, 2), bad_argument);
  DAE_ASSERT_ERROR(ssim(four, four, 3, 2), bad_argument);
  DAE_ASSERT_ERROR(ssim(none, none, 0, 0), bad_argument);
}
END_TEST

int main() {
  return run_suite(
      "metrics",
      {test_psnr_of_one_wrong_sample, test_psnr_of_samples, test_ssim_equals_the_definition,
       test_ssim_of_frames_is_that_of_their_planes, test_refuse_what_cannot_be_compared});
}
