// SPDX-License-Identifier: LGPL-2.1-or-later
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

#include "layout/state_layout.h"
#include "motion/luma_block.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr float kUntouched = 77;

// The window of Lanczos: sinc(t) sinc(t / 3).
double lanczos(double t) {
  const auto sinc = [](double x) {
    return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
  };
  return std::abs(t) < 3 ? sinc(t) * sinc(t / 3) : 0;
}

std::vector<float> random_state(int width, int height, std::mt19937& random) {
  std::vector<float> values(static_cast<std::size_t>(width * height * kStateChannels));
  for (float& value : values) value = std::uniform_real_distribution<float>(-0.5f, 0.5f)(random);
  return values;
}

// The luma pixel (x, y) of one of the pictures in the state; pixels outside repeat the edge.
template <typename Sample>
double luma(const StateSamples<Sample>& state, int first, int x, int y) {
  const int in_x = std::clamp(x, 0, 2 * state.width - 1);
  const int in_y = std::clamp(y, 0, 2 * state.height - 1);
  return value_of(state.at(in_x / 2, in_y / 2)[first + in_y % 2 * 2 + in_x % 2]);
}

// The luma pixel (x, y) of the picture that is warped by v, tap by tap.
template <typename Sample>
double slow_warp(const StateSamples<Sample>& state, int first, int x, int y,
                 const MotionVector& v) {
  double sum = 0;
  for (int i = 0; i < kTaps; ++i)
    for (int k = 0; k < kTaps; ++k)
      sum += double{kInterpolation[static_cast<std::size_t>(v.fy)][static_cast<std::size_t>(i)]} *
             kInterpolation[static_cast<std::size_t>(v.fx)][static_cast<std::size_t>(k)] *
             luma(state, first, x + v.dx + k - kTapsBefore, y + v.dy + i - kTapsBefore);
  return sum;
}

template <typename Sample>
void check_block(const StateSamples<Sample>& state, const LumaBlock& block) {
  std::vector<float> out(static_cast<std::size_t>(state.height) * state.row_values(), kUntouched);
  const auto offset = [&](int x, int y) {
    return static_cast<std::size_t>(y) * state.row_values() +
           static_cast<std::size_t>(x * kStateChannels);
  };
  warp_luma(state, block, out.data() + offset(block.x, block.y));
  for (int y = 0; y < state.height; ++y)
    for (int x = 0; x < state.width; ++x)
      for (int c = 0; c < kStateChannels; ++c) {
        const float found = out[offset(x, y) + static_cast<std::size_t>(c)];
        const bool is_in_block =
            x >= block.x && x < block.x + block.width && y >= block.y && y < block.y + block.height;
        const int first = c >= kStatePicture ? kStatePicture : 0, sample = c - first;
        if (!is_in_block || sample >= 4) {
          if (found != kUntouched) ck_abort_msg("%d,%d, channel %d is written", x, y, c);
          continue;
        }
        const double wanted =
            slow_warp(state, first, 2 * x + sample % 2, 2 * y + sample / 2, block.vector);
        if (std::abs(found - wanted) > 1e-5)
          ck_abort_msg("%dx%d, vector %d %d %d %d, at %d,%d channel %d: %g, expected %g",
                       state.width, state.height, block.vector.dx, block.vector.dy, block.vector.fx,
                       block.vector.fy, x, y, c, found, wanted);
      }
}

LumaBlock random_block(int width, int height, std::mt19937& random) {
  const auto draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  LumaBlock block;
  block.width = draw(1, std::min(LumaBlock::kSize, width));
  block.height = draw(1, std::min(LumaBlock::kSize, height));
  block.x = draw(0, width - block.width);
  block.y = draw(0, height - block.height);
  const int reach = draw(0, 1) == 0 ? 3 : 50;
  block.vector = {draw(-reach, reach), draw(-reach, reach), draw(0, 3), draw(0, 3)};
  return block;
}

}  // namespace

START_TEST(test_weights_are_lanczos_and_sum_to_1) {
  for (std::size_t quarter = 0; quarter < kInterpolation.size(); ++quarter) {
    double total = 0;
    for (int k = 0; k < kTaps; ++k)
      total += lanczos(k - kTapsBefore - static_cast<double>(quarter) / 4);
    for (int k = 0; k < kTaps; ++k)
      ck_assert_double_eq_tol(kInterpolation[quarter][static_cast<std::size_t>(k)],
                              lanczos(k - kTapsBefore - static_cast<double>(quarter) / 4) / total,
                              1e-6);
  }
}
END_TEST

START_TEST(test_blocks_are_warped_tap_by_tap) {
  std::mt19937 random(1);
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 2}, {8, 8}, {23, 19}, {40, 31}})
    for (int i = 0; i < 60; ++i) {
      const std::vector<float> values = random_state(width, height, random);
      check_block<float>({values.data(), height, width}, random_block(width, height, random));
    }
}
END_TEST

START_TEST(test_a_state_in_16_bits_is_warped_too) {
  std::mt19937 random(2);
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 2}, {23, 19}})
    for (int i = 0; i < 60; ++i) {
      std::vector<std::int16_t> values(static_cast<std::size_t>(width * height * kStateChannels));
      for (std::int16_t& value : values) value = static_cast<std::int16_t>(random() % 16384);
      check_block<std::int16_t>({values.data(), height, width},
                                random_block(width, height, random));
    }
}
END_TEST

START_TEST(test_a_vector_of_whole_pixels_copies) {
  std::mt19937 random(3);
  const std::vector<float> values = random_state(23, 19, random);
  const StateSamples<float> state{values.data(), 19, 23};
  std::vector<float> out(values.size(), kUntouched);
  warp_luma(state, {5, 4, 8, 8, {2, -4, 0, 0}}, out.data());
  for (int c = 0; c < 4; ++c) {
    ck_assert_float_eq(out[static_cast<std::size_t>(c)], state.at(6, 2)[c]);
    ck_assert_float_eq(out[static_cast<std::size_t>(kStatePicture + c)],
                       state.at(6, 2)[kStatePicture + c]);
  }
}
END_TEST

START_TEST(test_adjoint_has_the_same_inner_product) {
  std::mt19937 random(4);
  for (const auto& [width, height] : {std::pair{1, 1}, {3, 2}, {23, 19}})
    for (int i = 0; i < 40; ++i) {
      const LumaBlock block = random_block(width, height, random);
      std::vector<float> values = random_state(width, height, random);
      std::vector<float> gradient = random_state(width, height, random);
      const StateSamples<float> state{values.data(), height, width};
      const StateSamples<float> weights{gradient.data(), height, width};
      for (const int first : {0, kStatePicture}) {
        std::vector<float> adjoint(values.size());
        warp_luma_adjoint({gradient.data(), kStateChannels, height, width}, first, block,
                          {adjoint.data(), kStateChannels, height, width});
        double forward = 0, backward = 0;
        for (int y = 2 * block.y; y < 2 * (block.y + block.height); ++y)
          for (int x = 2 * block.x; x < 2 * (block.x + block.width); ++x)
            forward += slow_warp(state, first, x, y, block.vector) * luma(weights, first, x, y);
        for (std::size_t k = 0; k < values.size(); ++k) backward += double{values[k]} * adjoint[k];
        ck_assert_double_eq_tol(forward, backward, 1e-4);
      }
    }
}
END_TEST

int main() {
  return run_suite("luma_block",
                   {test_weights_are_lanczos_and_sum_to_1, test_blocks_are_warped_tap_by_tap,
                    test_a_state_in_16_bits_is_warped_too, test_a_vector_of_whole_pixels_copies,
                    test_adjoint_has_the_same_inner_product});
}
