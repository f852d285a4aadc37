// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

#include "noise/estimation/even_levels.h"
#include "support/check.h"

using namespace denoiseae;

namespace {

constexpr std::size_t kBlocks = 2000;

/// Blocks of a picture, and what becomes of their levels.
struct Blocks {
  std::vector<float> brightness, log_levels;

  /// level_of(brightness): log2 of the true level. The map errs by a normal deviate times error.
  template <typename LevelOf>
  Blocks(float darkest, float lightest, const LevelOf& level_of, float error) {
    std::mt19937 random(3);
    std::uniform_real_distribution<float> drawn(darkest, lightest);
    std::normal_distribution<float> normal(0, error);
    for (std::size_t i = 0; i < kBlocks; ++i) {
      brightness.push_back(drawn(random));
      log_levels.push_back(level_of(brightness.back()) + (error > 0 ? normal(random) : 0));
    }
  }
  std::vector<float> evened() const {
    std::vector<float> result = log_levels;
    EvenLevels even(brightness.size());
    even.set_brightness(brightness);
    even.apply(result);
    return result;
  }
};

template <typename LevelOf>
double mean_error(const Blocks& blocks, const std::vector<float>& levels, const LevelOf& level_of) {
  double sum = 0;
  for (std::size_t i = 0; i < levels.size(); ++i)
    sum += std::abs(double(levels[i]) - level_of(blocks.brightness[i]));
  return sum / static_cast<double>(levels.size());
}

}  // namespace

START_TEST(test_errors_of_one_level_are_evened) {
  const auto level_of = [](float) { return 3.2f; };
  const Blocks blocks(20, 230, level_of, 0.15f);
  ck_assert_double_gt(mean_error(blocks, blocks.log_levels, level_of), 0.1);
  ck_assert_double_lt(mean_error(blocks, blocks.evened(), level_of), 0.03);
}
END_TEST

/// Noise of photons is the root of brightness, that behind a gamma curve is largest in the dark.
START_TEST(test_noise_that_depends_on_brightness_stays_so) {
  const auto photons = [](float b) { return 0.5f * std::log2(1 + 1.2f * b); };
  const auto gamma = [](float b) { return 4 - 0.7f * std::log2(1 + b / 16); };
  const auto check = [](const auto& level_of) {
    const Blocks exact(2, 250, level_of, 0);
    ck_assert_double_lt(mean_error(exact, exact.evened(), level_of), 0.03);
    const Blocks blocks(2, 250, level_of, 0.15f);
    ck_assert_double_lt(mean_error(blocks, blocks.evened(), level_of), 0.05);
  };
  check(photons);
  check(gamma);
}
END_TEST

/// An inset without noise, of any share of the picture.
START_TEST(test_places_with_other_noise_stay_as_they_are) {
  for (const double share : {0.1, 0.3, 0.5, 0.7, 0.9}) {
    Blocks blocks(
        20, 230, [](float) { return 3.9f; }, 0.05f);
    const auto clean = static_cast<std::size_t>(share * kBlocks);
    for (std::size_t i = 0; i < clean; ++i) blocks.log_levels[i] = -1.8f;
    const std::vector<float> evened = blocks.evened();
    for (std::size_t i = 0; i < kBlocks; ++i)
      ck_assert_float_eq_tol(evened[i], i < clean ? -1.8f : 3.9f, 0.25f);
  }
}
END_TEST

/// Each part of such a picture is evened for itself.
START_TEST(test_two_noises_of_one_brightness_are_evened) {
  for (const double share : {0.15, 0.3, 0.5, 0.7, 0.85}) {
    Blocks blocks(
        20, 230, [](float) { return 0.0f; }, 0.15f);
    const std::size_t noisy = static_cast<std::size_t>(share * kBlocks);
    for (std::size_t i = 0; i < noisy; ++i) blocks.log_levels[i] += 3.5f;
    const std::vector<float> evened = blocks.evened();
    double error = 0;
    for (std::size_t i = 0; i < kBlocks; ++i) error += std::abs(evened[i] - (i < noisy ? 3.5f : 0));
    ck_assert_double_lt(error / kBlocks, 0.05);
  }
}
END_TEST

/// The levels of mid tones must not reach the few blocks that are lighter.
START_TEST(test_few_blocks_of_a_brightness_keep_their_level) {
  Blocks blocks(
      60, 110, [](float) { return 2.0f; }, 0.05f);
  for (std::size_t i = 0; i < 2; ++i) {
    blocks.brightness[i] = 240;
    blocks.log_levels[i] = 2.4f;
  }
  ck_assert_float_gt(blocks.evened()[0], 2.3f);
}
END_TEST

START_TEST(test_blocks_that_do_not_count_change_nothing) {
  const auto level_of = [](float b) { return b < 100 ? 2.0f : 2.3f; };
  Blocks blocks(20, 230, level_of, 0.1f);
  std::vector<float> wanted = blocks.evened();
  for (std::size_t i = 0; i < kBlocks; ++i) {
    blocks.brightness.push_back(-1);
    blocks.log_levels.push_back(1.9f);
    wanted.push_back(1.9f);
  }
  ck_assert(blocks.evened() == wanted);
  for (float& brightness : blocks.brightness) brightness = -1;
  ck_assert(blocks.evened() == blocks.log_levels);
  EvenLevels(0).apply({});
}
END_TEST

/// Levels beyond the axis, and codes at its ends.
START_TEST(test_extremes_stay_finite) {
  std::vector<float> levels = {-3, 7, 7, -3, 2, 2.1f}, brightness = {0, 255, 300, 0, 255, 0};
  EvenLevels even(levels.size());
  even.set_brightness(brightness);
  for (int i = 0; i < 3; ++i) even.apply(levels);
  for (const float level : levels) ck_assert(level >= -3.01f && level <= 7.01f);
}
END_TEST

int main() {
  return denoiseae::test::run_suite(
      "even_levels",
      {test_errors_of_one_level_are_evened, test_noise_that_depends_on_brightness_stays_so,
       test_places_with_other_noise_stay_as_they_are, test_two_noises_of_one_brightness_are_evened,
       test_few_blocks_of_a_brightness_keep_their_level,
       test_blocks_that_do_not_count_change_nothing, test_extremes_stay_finite});
}
