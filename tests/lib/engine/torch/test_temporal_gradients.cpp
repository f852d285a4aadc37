// SPDX-License-Identifier: LGPL-2.1-or-later
// Gradients of the operations on frame and state against central differences of kernels/temporal.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "engine/torch/temporal_gradients.h"
#include "kernels/temporal/temporal.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "support/check.h"

using namespace denoiseae;
using namespace denoiseae::test;

namespace {

constexpr int kWidth = 6;
constexpr float kStep = 1.0f / 512;

using Values = std::vector<float>;

Values random_values(std::size_t count, float low, float high, std::uint32_t seed) {
  std::mt19937 random(seed);
  Values result(count);
  for (float& v : result) {
    v = low + (high - low) * static_cast<float>(random()) / 4294967296.0f;
  }
  return result;
}

/// One row of a frame with much noise, which keeps the differences small.
Values random_frame(std::uint32_t seed, int rows = 1) {
  Values frame = random_values(static_cast<std::size_t>(rows) * kWidth * kPackedInputChannels,
                               -0.5f, 0.5f, seed);
  for (std::size_t i = 0; i < frame.size(); i += kPackedInputChannels) {
    frame[i + kLumaNoiseChannel] = 4;
    frame[i + kChromaNoiseChannel] = 3;
  }
  return frame;
}

Values random_state(std::uint32_t seed, int rows = 1) {
  Values state =
      random_values(static_cast<std::size_t>(rows) * kWidth * kStateChannels, -0.5f, 0.5f, seed);
  for (std::size_t i = 0; i < state.size(); i += kStateChannels) {
    state[i + kStateVariance] = 0.5f + 0.05f * static_cast<float>(i % 7);
  }
  return state;
}

double product(const Values& a, const Values& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

/// The derivative of weights * function() by each value of at, which it reads.
void assert_derivative(const Values& found, Values& at, const Values& weights,
                       const std::function<Values()>& function) {
  ck_assert_uint_eq(found.size(), at.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    const float middle = at[i];
    at[i] = middle + kStep;
    const Values above = function();
    at[i] = middle - kStep;
    const Values below = function();
    at[i] = middle;
    const double wanted = (product(weights, above) - product(weights, below)) / (2 * kStep);
    ck_assert_msg(std::abs(found[i] - wanted) <= 2e-3 * (1 + std::abs(wanted)),
                  "value %zu: %g, expected %g", i, found[i], wanted);
  }
}

const TemporalRows<float>& rows() { return temporal_rows<float>(); }

}  // namespace

START_TEST(test_gradient_of_change_features) {
  const int half = kWidth / 2;
  const Values frame = random_frame(1, 2);
  Values state = random_state(2, 2);
  // No difference is so near to 0 that a step changes its sign.
  for (std::size_t i = 0; i < state.size(); ++i) {
    const std::size_t position = i / kStateChannels, c = i % kStateChannels;
    if (c == kStateVariance) continue;
    const std::size_t channel = c < kStateVariance ? c : c - kStatePicture;
    const float z = frame[position * kPackedInputChannels + channel];
    if (std::abs(state[i] - z) < 0.02f) state[i] = z + 0.05f;
  }
  const Values weights = random_values(half * kChangeChannels, -1, 1, 3);
  const auto two = [](const Values& v, int channels) {
    return TwoRows{v.data(), v.data() + kWidth * channels};
  };
  Values found(state.size());
  change_features_gradient(two(frame, kPackedInputChannels), two(state, kStateChannels), half,
                           weights.data(), {found.data(), found.data() + kWidth * kStateChannels});
  assert_derivative(found, state, weights, [&] {
    Values out(weights.size());
    rows().change_features(two(frame, kPackedInputChannels), two(state, kStateChannels), half,
                           out.data());
    return out;
  });
}
END_TEST

START_TEST(test_gradient_of_temporal_update) {
  const Values frame = random_frame(4);
  Values state = random_state(5);
  // Both rows of the gate, one after the other.
  constexpr int kGateRow = kWidth / 2 * kGateChannels;
  Values gate = random_values(2 * kGateRow, 0.2f, 0.8f, 6);
  const Values weights = random_values(kWidth * kStateChannels, -1, 1, 7);
  const auto gates = [&] { return GateRows<float>{&gate[0], &gate[kGateRow], 0.75f}; };
  Values by_state(state.size()), by_gate(gate.size(), 5);
  temporal_update_gradient(frame.data(), state.data(), gates(), kWidth, weights.data(),
                           by_state.data(), {&by_gate[0], &by_gate[kGateRow]});
  // Gradients of the gate are added to what was there.
  for (float& value : by_gate) value -= 5;
  const auto update = [&] {
    Values out(weights.size());
    rows().temporal_update(frame.data(), state.data(), gates(), kWidth, out.data());
    return out;
  };
  assert_derivative(by_state, state, weights, update);
  assert_derivative(by_gate, gate, weights, update);
}
END_TEST

/// The smallest gain does not depend on the gate, and an unknown picture not on its share.
START_TEST(test_gradient_where_the_gate_has_no_effect) {
  const Values frame = random_frame(8);
  Values state = random_state(9);
  for (std::size_t i = 0; i < state.size(); i += kStateChannels) {
    state[i + kStateVariance] = i < state.size() / 2 ? 0.0f : kUnknownVariance;
  }
  constexpr int kGateRow = kWidth / 2 * kGateChannels;
  const Values gate(2 * kGateRow, 1.0f);
  const Values weights(kWidth * kStateChannels, 1.0f);
  Values by_state(state.size()), by_gate(gate.size());
  temporal_update_gradient(frame.data(), state.data(),
                           GateRows<float>{&gate[0], &gate[kGateRow], 0.25f}, kWidth,
                           weights.data(), by_state.data(), {&by_gate[0], &by_gate[kGateRow]});
  // Position 0 reads the first value of the gate only, and position 5 the last one.
  ck_assert_float_eq(by_gate[0], 0);
  ck_assert_float_eq_tol(by_gate[kGateRow - 2], 0, 1e-5);
  ck_assert_float_eq(by_gate[kGateRow - 1], 0);
  // Where v is 0, the fused planes keep 0.96 of the state, and the picture is that of before.
  ck_assert_float_eq_tol(by_state[0], 0.96f, 1e-6);
  ck_assert_float_eq_tol(by_state[kStatePicture], 1, 1e-6);
}
END_TEST

START_TEST(test_gradient_of_spatial_input) {
  const Values frame = random_frame(10);
  Values state = random_state(11);
  const Values weights = random_values(kWidth * kSpatialInputChannels, -1, 1, 12);
  Values found(state.size());
  spatial_input_gradient(frame.data(), state.data(), kWidth, weights.data(), found.data());
  assert_derivative(found, state, weights, [&] {
    Values out(weights.size());
    rows().spatial_input(frame.data(), state.data(), kWidth, out.data());
    return out;
  });
}
END_TEST

START_TEST(test_gradients_of_the_last_operations) {
  const Values frame = random_frame(13);
  Values state = random_state(14);
  Values residual = random_values(kWidth * kPackedChannels, -0.5f, 0.5f, 15);
  Values by_state(state.size()), by_residual(residual.size());
  const Values of_noise = random_values(kWidth * kPackedChannels, -1, 1, 16);
  add_innovation_gradient(kWidth, of_noise.data(), by_state.data(), by_residual.data());
  const auto add_innovation = [&] {
    Values out(of_noise.size());
    rows().add_innovation(frame.data(), state.data(), residual.data(), kWidth, out.data());
    return out;
  };
  assert_derivative(by_state, state, of_noise, add_innovation);
  assert_derivative(by_residual, residual, of_noise, add_innovation);

  const Values of_state = random_values(state.size(), -1, 1, 17);
  update_state_gradient(kWidth, of_state.data(), by_state.data(), by_residual.data());
  const auto update_state = [&] {
    Values out(of_state.size());
    rows().update_state(state.data(), residual.data(), kWidth, out.data());
    return out;
  };
  assert_derivative(by_state, state, of_state, update_state);
  assert_derivative(by_residual, residual, of_state, update_state);
}
END_TEST

/// The values of bfloat16 that float has, too.
START_TEST(test_bfloat16_gives_the_gradients_of_the_same_values) {
  const Values frame = random_frame(18), state = random_state(19);
  std::vector<Bfloat16> halves(kWidth * kSpatialInputChannels);
  Values weights(halves.size());
  const Values exact = random_values(halves.size(), -1, 1, 20);
  for (std::size_t i = 0; i < halves.size(); ++i) {
    assign(halves[i], exact[i]);
    weights[i] = to_float(halves[i]);
  }
  Values found(state.size()), wanted(state.size());
  spatial_input_gradient(frame.data(), state.data(), kWidth, halves.data(), found.data());
  spatial_input_gradient(frame.data(), state.data(), kWidth, weights.data(), wanted.data());
  ck_assert(found == wanted);
}
END_TEST

int main() {
  return run_suite("temporal_gradients",
                   {test_gradient_of_change_features, test_gradient_of_temporal_update,
                    test_gradient_where_the_gate_has_no_effect, test_gradient_of_spatial_input,
                    test_gradients_of_the_last_operations,
                    test_bfloat16_gives_the_gradients_of_the_same_values});
}
