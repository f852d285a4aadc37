// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "layout/state_layout.h"
#include "support/check.h"
#include "temporal/local_brightness.h"
#include "temporal/warp_state.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 256, kHeight = 192;  // the size of luma
constexpr double kSigma = 6;

using Plane = std::vector<std::uint8_t>;

LumaView view_of(const Plane& plane) { return {plane.data(), kWidth}; }

double texture(int x, int y) { return 120 + 40 * std::sin(x / 9.0) * std::cos(y / 7.0); }

/// change: returns what is added to the texture at a place.
template <typename Change>
Plane plane_with(double sigma, unsigned seed, const Change& change) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise;
  Plane plane(static_cast<std::size_t>(kWidth) * kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      plane[static_cast<std::size_t>(y) * kWidth + x] = static_cast<std::uint8_t>(
          std::lround(texture(x, y) + change(x, y) + sigma * noise(random)));
  return plane;
}

double none(int, int) { return 0; }

/// Returns what is added to a channel of the state, in codes, at each position.
std::vector<float> added(const LocalBrightness& local, int channel) {
  constexpr int kRows = kHeight / 2, kColumns = kWidth / 2;
  std::vector<float> values(static_cast<std::size_t>(kRows) * kColumns * kStateChannels);
  const TensorView rows{values.data(), kStateChannels, kRows, kColumns};
  // The rows come in two parts, as threads ask for them.
  local.add_to(0, rows_of(rows, 0, 40));
  local.add_to(40, rows_of(rows, 40, kRows));
  std::vector<float> result;
  for (std::size_t i = static_cast<std::size_t>(channel); i < values.size(); i += kStateChannels)
    result.push_back(255 * values[i]);
  return result;
}

std::vector<float> found(const Plane& frame, const Plane& reference, const MotionField& motion,
                         double sigma, int channel = 0) {
  LocalBrightness local(kHeight, kWidth);
  local.find({view_of(frame), view_of(reference), kHeight, kWidth}, motion, {}, sigma);
  return added(local, channel);
}

/// Returns the share of a change that is found: the projection of what was found on it.
template <typename Change>
double share_of(const std::vector<float>& codes, const Change& change) {
  double product = 0, square = 0;
  for (int y = 0; y < kHeight / 2; ++y) {
    for (int x = 0; x < kWidth / 2; ++x) {
      const double wanted = change(2 * x, 2 * y);
      product += wanted * codes[static_cast<std::size_t>(y) * (kWidth / 2) + x];
      square += wanted * wanted;
    }
  }
  return product / square;
}

double rms(const std::vector<float>& codes) {
  double sum = 0;
  for (const float code : codes) sum += static_cast<double>(code) * code;
  return std::sqrt(sum / static_cast<double>(codes.size()));
}

}  // namespace

START_TEST(test_a_wave_below_the_noise_is_found) {
  const auto wave = [](int x, int y) { return 2 * std::sin(x / 10.0 + y / 15.0); };
  const std::vector<float> codes = found(plane_with(kSigma, 1, wave), plane_with(0, 2, none),
                                         MotionField(kWidth, kHeight), kSigma);
  const double share = share_of(codes, wave);
  ck_assert_double_gt(share, 0.5);
  ck_assert_double_lt(share, 1.1);
}
END_TEST

START_TEST(test_noise_alone_changes_little) {
  // The means of squares of 64 samples err by an eighth of the noise.
  for (const double sigma : {kSigma, 5 * kSigma}) {
    const std::vector<float> codes = found(plane_with(sigma, 3, none), plane_with(0, 4, none),
                                           MotionField(kWidth, kHeight), sigma);
    ck_assert_double_lt(rms(codes), sigma / 80);
  }
}
END_TEST

START_TEST(test_equal_pictures_stay_exact) {
  const Plane plane = plane_with(0, 5, none);
  LocalBrightness local(kHeight, kWidth);
  local.find({view_of(plane), view_of(plane), kHeight, kWidth}, MotionField(kWidth, kHeight), {},
             kSigma);
  ck_assert(local.is_none());
  for (const float code : added(local, 0)) ck_assert_float_eq(code, 0);
}
END_TEST

START_TEST(test_what_a_gate_sees_is_left_to_it) {
  const auto square = [](int x, int y) { return x > 80 && x < 160 && y > 60 && y < 120 ? 40 : 0; };
  const std::vector<float> codes = found(plane_with(kSigma, 6, square), plane_with(0, 7, none),
                                         MotionField(kWidth, kHeight), kSigma);
  ck_assert_double_lt(std::abs(share_of(codes, square)), 0.02);
}
END_TEST

START_TEST(test_places_are_compared_along_the_motion) {
  const auto moved = [](int x, int y) { return texture(x + 5, y - 3) - texture(x, y) + 2; };
  MotionField motion(kWidth, kHeight);
  for (MotionVector& vector : motion.vectors) vector = {5, -3, 0, 0};
  const std::vector<float> codes =
      found(plane_with(kSigma, 8, moved), plane_with(0, 9, none), motion, kSigma);
  double sum = 0;
  int count = 0;
  for (int y = 16; y < kHeight / 2 - 16; ++y)
    for (int x = 16; x < kWidth / 2 - 16; ++x, ++count)
      sum += codes[static_cast<std::size_t>(y) * (kWidth / 2) + x];
  ck_assert_double_eq_tol(sum / count, 2, 0.4);
}
END_TEST

START_TEST(test_only_luma_changes) {
  const auto brighter = [](int, int) { return 2; };
  const Plane frame = plane_with(kSigma, 10, brighter), reference = plane_with(0, 11, none);
  const MotionField motion(kWidth, kHeight);
  for (int channel = 0; channel < kStateChannels; ++channel) {
    const double size = rms(found(frame, reference, motion, kSigma, channel));
    if (is_state_luma(channel)) {
      ck_assert_double_eq_tol(size, 2, 0.4);
    } else {
      ck_assert_double_eq(size, 0);
    }
  }
}
END_TEST

START_TEST(test_planes_below_a_square_have_none) {
  const Plane plane(49, 100);
  LocalBrightness local(7, 7);
  local.find({{plane.data(), 7}, {plane.data(), 7}, 7, 7}, MotionField(7, 7), {}, kSigma);
  ck_assert(local.is_none());
}
END_TEST

int main() {
  return run_suite("local_brightness",
                   {test_a_wave_below_the_noise_is_found, test_noise_alone_changes_little,
                    test_equal_pictures_stay_exact, test_what_a_gate_sees_is_left_to_it,
                    test_places_are_compared_along_the_motion, test_only_luma_changes,
                    test_planes_below_a_square_have_none});
}
