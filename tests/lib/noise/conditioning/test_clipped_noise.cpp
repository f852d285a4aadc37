// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

#include "layout/packed_layout.h"
#include "noise/conditioning/clipped_noise.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

/// Returns the mean of normal noise about a code that is clipped to 0 ... 255.
double mean_of_clipped(double code, double sigma) {
  std::mt19937 random(1);
  std::normal_distribution<double> normal(code, sigma);
  constexpr int kSamples = 400000;
  double sum = 0;
  for (int i = 0; i < kSamples; ++i) sum += std::clamp(normal(random), 0.0, 255.0);
  return sum / kSamples;
}

/// One packed position of a network that has found no noise in a code.
struct Position {
  std::array<float, kPackedInputChannels> frame{};
  std::array<float, kPackedChannels> noise{};

  Position(double code, double level) {
    std::fill_n(frame.begin(), kPackedChannels, static_cast<float>(code / 255 - 0.5));
    frame[kLumaNoiseChannel] = static_cast<float>(level / 255 * kNoiseLevelScale);
    // Noise of chroma counts for nothing here.
    frame[kChromaNoiseChannel] = 1;
  }
  void restore() {
    restore_clipped({frame.data(), kPackedInputChannels, 1, 1},
                    {noise.data(), kPackedChannels, 1, 1});
  }
  /// Returns the code that is left.
  double picture(std::size_t channel) const {
    return 255 * (0.5 + frame[channel] - noise[channel]);
  }
};

}  // namespace

START_TEST(test_the_shift_is_that_of_clipped_normal_noise) {
  for (const double t : {0.05, 0.3, 0.8, 1.5, 2.5}) {
    const double distance = 255 - mean_of_clipped(255 - 40 * t, 40);
    ck_assert_double_eq_tol(clipping_shift(static_cast<float>(distance / 40)), distance / 40 - t,
                            0.006);
  }
  // The true value may not lie beyond the limit.
  ck_assert_float_eq(clipping_shift(0), 0);
  for (float distance = 0; distance < 5; distance += 0.01f) {
    const float shift = clipping_shift(distance);
    ck_assert(shift >= 0 && shift <= distance);
  }
  ck_assert_float_eq(clipping_shift(3), 0);
  ck_assert_float_eq(clipping_shift(100), 0);
}
END_TEST

START_TEST(test_the_mean_of_clipped_noise_becomes_the_code) {
  for (const double sigma : {40.0, 50.0, 70.0})
    for (const double code : {3.0, 20.0, 60.0, 128.0, 200.0, 240.0, 252.0}) {
      Position position(mean_of_clipped(code, sigma), sigma);
      position.restore();
      // Strong noise is clipped at both ends, of which each is corrected alone.
      const double tolerance = sigma > 60 ? 2 : 0.5;
      for (std::size_t channel = 0; channel < 4; ++channel)
        ck_assert_double_eq_tol(position.picture(channel), code, tolerance);
      ck_assert_float_eq(position.noise[4], 0);
      ck_assert_float_eq(position.noise[5], 0);
    }
}
END_TEST

START_TEST(test_weak_noise_is_left_to_the_network) {
  Position weak(250, kWeakestClippedNoise), middle(235, 32.5), full(235, 40);
  for (Position* const position : {&weak, &middle, &full}) position->restore();
  ck_assert_float_eq(weak.noise[0], 0);
  // Half of the way from the weakest noise to the one that is corrected in full.
  ck_assert_double_eq_tol(middle.picture(0) - 235,
                          0.5 * 32.5 * clipping_shift(static_cast<float>(20 / 32.5)), 1e-3);
  ck_assert_double_eq_tol(full.picture(0) - 235, 40 * clipping_shift(0.5f), 1e-3);
  ck_assert_double_gt(full.picture(0), 240);
}
END_TEST

int main() {
  return run_suite("clipped_noise", {test_the_shift_is_that_of_clipped_normal_noise,
                                     test_the_mean_of_clipped_noise_becomes_the_code,
                                     test_weak_noise_is_left_to_the_network});
}
