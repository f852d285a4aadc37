// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "noise/estimation/block_noise.h"
#include "support/check.h"
#include "support/frames.h"
#include "support/moments.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

NoisePatch random_patch(double mean, double sigma, std::mt19937& random) {
  std::normal_distribution<double> noise;
  NoisePatch patch;
  for (std::int16_t& value : patch)
    value = static_cast<std::int16_t>(std::lround(mean + sigma * noise(random)));
  return patch;
}

int at(const NoisePatch& patch, int x, int y) {
  return patch[static_cast<std::size_t>(y * kNoisePatch + x)];
}

// Mean squared response of the mask over the block, by the definition.
double slow_mask_variance(const NoisePatch& patch) {
  constexpr int kMask[3][3] = {{1, -2, 1}, {-2, 4, -2}, {1, -2, 1}};
  double sum = 0;
  for (int y = 0; y < kNoiseBlock; ++y)
    for (int x = 0; x < kNoiseBlock; ++x) {
      double response = 0;
      for (int i = 0; i < 9; ++i) response += kMask[i / 3][i % 3] * at(patch, x + i % 3, y + i / 3);
      sum += response * response;
    }
  return sum / (36 * kNoiseBlock * kNoiseBlock);
}

// Loads a patch of means of size x size samples.
NoisePatch slow_patch(const std::vector<std::uint8_t>& samples, int row_stride, int step,
                      int size) {
  NoisePatch patch;
  for (int y = 0; y < kNoisePatch; ++y)
    for (int x = 0; x < kNoisePatch; ++x) {
      int sum = 0;
      for (int i = 0; i < size * size; ++i)
        sum += samples[static_cast<std::size_t>((size * y + i / size) * row_stride +
                                                (size * x + i % size) * step)];
      patch[static_cast<std::size_t>(y * kNoisePatch + x)] =
          static_cast<std::int16_t>(std::floor(sum / static_cast<double>(size * size) + 0.5));
    }
  return patch;
}

double normal_density(double t) { return std::exp(-t * t / 2) / std::sqrt(2 * std::numbers::pi); }

// The variance of min(Z, t) for a normal deviate Z that exceeds t with the chance q.
double exact_clipped_variance(double q) {
  double low = -8, high = 8;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(middle / std::numbers::sqrt2) > q ? low : high) = middle;
  }
  const double t = low, density = normal_density(t);
  const double mean = -density + t * q;
  return 1 - q - t * density + t * t * q - mean * mean;
}

}  // namespace

START_TEST(test_patches_are_means_of_samples) {
  std::mt19937 random(1);
  for (const int step : {1, 2, 4}) {
    const int row_stride = kMaxNoiseSquare * step + 5;
    std::vector<std::uint8_t> samples(static_cast<std::size_t>(row_stride * kMaxNoiseSquare));
    for (std::uint8_t& code : samples) code = static_cast<std::uint8_t>(random());
    const std::uint8_t* const first = samples.data();
    ck_assert(load_patch(first, row_stride, step) == slow_patch(samples, row_stride, step, 1));
    ck_assert(load_halved_patch(first, row_stride, step) ==
              slow_patch(samples, row_stride, step, 2));
    ck_assert(load_quartered_patch(first, row_stride, step) ==
              slow_patch(samples, row_stride, step, 4));
  }
}
END_TEST

START_TEST(test_squares_hold_8_bit_codes_of_each_format) {
  constexpr int kX = 3, kY = 2, kSide = 20;
  for (const FormatInfo& info : direct_formats()) {
    const GuardedFrame frame(info.format, 50, 52);
    for (int c = 0; c < info.component_count; ++c) {
      const CodeSquare square(frame.view(), c, kX, kY, kSide);
      for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x) {
          const int code = square.samples()[y * square.row_stride() + x * square.step()];
          const double exact = sample(frame.view(), c, kX + x, kY + y) / codes_per_8bit(info);
          if (!(std::abs(code - exact) <= 0.5))
            ck_abort_msg("component %d at %d,%d: %d, expected %g", c, x, y, code, exact);
        }
    }
  }
}
END_TEST

START_TEST(test_mask_variance_is_the_mean_square_of_the_responses) {
  std::mt19937 random(2);
  for (const double sigma : {0.0, 1.0, 20.0, 80.0}) {
    const NoisePatch patch = random_patch(100, sigma, random);
    ck_assert_double_eq_tol(mask_variance(patch), slow_mask_variance(patch), 1e-9);
  }
  // Differences of black and white, pixel by pixel, have the largest responses.
  NoisePatch extreme;
  for (int i = 0; i < static_cast<int>(extreme.size()); ++i)
    extreme[static_cast<std::size_t>(i)] =
        (i / kNoisePatch + i % kNoisePatch) % 2 == 0 ? 255 : -255;
  ck_assert_double_eq(mask_variance(extreme), 16 * 255 * 16 * 255 / 36.0);
  // The mask is blind to slopes.
  NoisePatch slope;
  for (int i = 0; i < static_cast<int>(slope.size()); ++i)
    slope[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(3 * (i % kNoisePatch) - i / 18);
  ck_assert_double_eq(mask_variance(slope), 0);
}
END_TEST

START_TEST(test_variances_of_white_noise_are_distributed_as_assumed) {
  constexpr double kSigma = 20;
  constexpr int kBlocks = 20'000;
  std::mt19937 random(3);
  std::vector<double> variances, cells;
  for (int i = 0; i < kBlocks; ++i) {
    const NoisePatch patch = random_patch(0, kSigma, random);
    variances.push_back(mask_variance(patch));
    cells.push_back(cell_variance(patch));
  }
  const Moments found = moments(variances);
  const double variance = kSigma * kSigma + 1 / 12.0;  // rounding adds 1/12
  ck_assert_double_eq_tol(found.mean / variance, 1, 0.01);
  // A chi-square distribution of n degrees of freedom has the relative variance 2 / n. Along one
  // axis, responses correlate by -2/3 and 1/6 with their neighbours, which leaves 256 / 3.54
  // degrees in a block. Without its edges it would be 256 / 3.78.
  ck_assert_double_eq_tol(2 / std::pow(found.deviation / found.mean, 2), 72.3, 2);
  const auto quantile = variances.begin() + static_cast<int>(kQuantile * kBlocks);
  std::nth_element(variances.begin(), quantile, variances.end());
  ck_assert_double_eq_tol(*quantile / found.mean, kQuantileOfMean, 0.005);
  // Sixteen means have 15 degrees of freedom around their own mean.
  ck_assert_double_eq_tol(moments(cells).mean * kNoiseCell * kNoiseCell * 16 / 15 / variance, 1,
                          0.02);
}
END_TEST

START_TEST(test_block_without_its_border_has_means_and_shares) {
  std::mt19937 random(4);
  const NoisePatch patch = random_patch(20, 30, random);
  NoisePatch clipped = patch;
  for (std::int16_t& value : clipped) value = std::clamp<std::int16_t>(value, 0, 255);
  double sum = 0, cells = 0, squares = 0;
  int saturated = 0;
  std::array<std::array<double, 4>, 4> cell{};
  for (int y = 0; y < kNoiseBlock; ++y)
    for (int x = 0; x < kNoiseBlock; ++x) {
      const int code = at(clipped, x + 1, y + 1);
      sum += code;
      saturated += code == 0 || code == 255;
      cell[static_cast<std::size_t>(y / 4)][static_cast<std::size_t>(x / 4)] += code / 16.0;
    }
  for (const auto& row : cell)
    for (double mean : row) {
      cells += mean / 16;
      squares += mean * mean / 16;
    }
  ck_assert_double_eq_tol(mean_of_block(clipped), sum / 256, 1e-9);
  ck_assert_double_eq_tol(saturated_part(clipped), saturated / 256.0, 1e-9);
  ck_assert_double_eq_tol(cell_variance(clipped), squares - cells * cells, 1e-6);
}
END_TEST

START_TEST(test_clipping_takes_a_known_share_of_the_variance) {
  for (double q = 0.001; q <= kMaxSaturated; q += 0.001)
    ck_assert_double_eq_tol(clipped_variance(q), exact_clipped_variance(q), 0.0075);
  ck_assert_double_eq(clipped_variance(0), 1);
}
END_TEST

int main() {
  return run_suite("block_noise",
                   {test_patches_are_means_of_samples, test_squares_hold_8_bit_codes_of_each_format,
                    test_mask_variance_is_the_mean_square_of_the_responses,
                    test_variances_of_white_noise_are_distributed_as_assumed,
                    test_block_without_its_border_has_means_and_shares,
                    test_clipping_takes_a_known_share_of_the_variance});
}
