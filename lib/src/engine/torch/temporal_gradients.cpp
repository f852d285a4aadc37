// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/temporal_gradients.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "net/graph.h"

namespace denoiseae {

namespace {

float sign(float x) { return static_cast<float>(x > 0) - static_cast<float>(x < 0); }

/// Differences at one position of frame and state in standard deviations, as
/// kernels/temporal/temporal_loops.h has them.
struct Differences {
  float luma_scale, chroma_scale, root, v;
  std::array<float, kPackedChannels> d, e;
  float s_sum = 0;

  Differences(const float* frame, const float* state) {
    v = std::min(state[kStateVariance], 1.0f);
    root = 1 / std::sqrt(1 + v);
    luma_scale = 1 / (frame[kLumaNoiseChannel] / kNoiseLevelScale + kMinDeviation);
    chroma_scale = 1 / (frame[kChromaNoiseChannel] / kNoiseLevelScale + kMinDeviation);
    const float* picture = state + kStatePicture;
    for (int c = 0; c < kPackedChannels; ++c) {
      const float scale = scale_of(c);
      d[c] = (frame[c] - state[c]) * scale * root;
      e[c] = (frame[c] - picture[c]) * scale;
      if (c < 4) s_sum += (state[c] - picture[c]) * scale;
    }
  }
  float scale_of(int c) const { return c < 4 ? luma_scale : chroma_scale; }
};

}  // namespace

template <typename Value>
void change_features_gradient(TwoRows frame, TwoRows state, int width, const Value* gradient,
                              TwoGradients state_gradient) noexcept {
  for (int x = 0; x < width; ++x, gradient += kChangeChannels) {
    const auto block = [&](int i) {
      const float* z = i < 2 ? frame.upper : frame.lower;
      const float* f = i < 2 ? state.upper : state.lower;
      const int position = 2 * x + i % 2;
      return Differences(z + position * kPackedInputChannels, f + position * kStateChannels);
    };
    const std::array<Differences, 4> blocks = {block(0), block(1), block(2), block(3)};
    float d_sum = 0, e_sum = 0, s_sum = 0;
    for (const Differences& one : blocks) {
      for (int c = 0; c < 4; ++c) {
        d_sum += one.d[c];
        e_sum += one.e[c];
      }
      s_sum += one.s_sum;
    }
    std::array<float, kChangeChannels> g;
    for (int c = 0; c < kChangeChannels; ++c) g[c] = to_float(gradient[c]);
    const float g_d = g[1] * sign(d_sum) / 16, g_e = g[9] * sign(e_sum) / 16,
                g_s = g[11] * sign(s_sum) / 16;
    for (int i = 0; i < 4; ++i) {
      const Differences& one = blocks[i];
      const int position = 2 * x + i % 2;
      float* to = (i < 2 ? state_gradient.upper : state_gradient.lower) + position * kStateChannels;
      const float* f = (i < 2 ? state.upper : state.lower) + position * kStateChannels;
      float through_root = 0;  // sum of d times its gradient
      for (int c = 0; c < kPackedChannels; ++c) {
        const bool luma = c < 4;
        const float scale = one.scale_of(c);
        const float of_d = luma ? g[0] * sign(one.d[c]) / 16 + g_d : g[c - 2] * sign(one.d[c]) / 4;
        const float of_e = luma ? g[8] * sign(one.e[c]) / 16 + g_e : g[10] * sign(one.e[c]) / 8;
        const float of_s = luma ? g_s : 0;
        through_root += one.d[c] * of_d;
        to[c] = (of_s - of_d * one.root) * scale;
        to[kStatePicture + c] = -(of_s + of_e) * scale;
      }
      to[kStateVariance] = f[kStateVariance] <= 1
                               ? g[6] / (8 * std::sqrt(one.v)) - through_root / (2 * (1 + one.v))
                               : 0;
    }
  }
}

template <typename Value>
void temporal_update_gradient(const float* frame, const float* state, const GateRows<Value>& gate,
                              int width, const float* gradient, float* state_gradient,
                              GateGradients gate_gradient) noexcept {
  for (int x = 0; x < width; ++x) {
    const Between columns = between_halves(x, width / 2);
    const float right = columns.second_weight, lower = gate.lower_weight;
    const int first = columns.first * kGateChannels, second = columns.second * kGateChannels;
    const auto gate_of = [&](int c) {
      const auto along = [&](const Value* row) {
        return to_float(row[first + c]) +
               right * (to_float(row[second + c]) - to_float(row[first + c]));
      };
      const float top = along(gate.upper);
      return top + lower * (along(gate.lower) - top);
    };
    const float v = state[kStateVariance];
    const float gate_0 = gate_of(0);
    const float free_gain = 1 - gate_0 / (v + 1);
    const float gain = std::max(free_gain, kMinGain);
    const bool known = v < kUnknownVariance;
    const float share = known ? gate_of(1) : 0.0f;
    float of_gain = 0, of_share = 0;
    for (int c = 0; c < kPackedChannels; ++c) {
      const float of_picture = gradient[kStatePicture + c];
      const float step = frame[c] - state[c];
      const float of_fused = gradient[c] + (1 - share) * of_picture;
      of_gain += of_fused * step;
      of_share += of_picture * (state[kStatePicture + c] - state[c] - gain * step);
      state_gradient[c] = (1 - gain) * of_fused;
      state_gradient[kStatePicture + c] = share * of_picture;
    }
    const float of_variance = gradient[kStateVariance];
    of_gain += of_variance * 2 * (gain - (1 - gain) * v);
    if (free_gain < kMinGain) of_gain = 0;
    state_gradient[kStateVariance] =
        of_variance * (1 - gain) * (1 - gain) + of_gain * gate_0 / ((v + 1) * (v + 1));
    const float of_gates[kGateChannels] = {-of_gain / (v + 1), known ? of_share : 0.0f};
    for (int c = 0; c < kGateChannels; ++c) {
      gate_gradient.upper[first + c] += of_gates[c] * (1 - lower) * (1 - right);
      gate_gradient.upper[second + c] += of_gates[c] * (1 - lower) * right;
      gate_gradient.lower[first + c] += of_gates[c] * lower * (1 - right);
      gate_gradient.lower[second + c] += of_gates[c] * lower * right;
    }
    frame += kPackedInputChannels;
    state += kStateChannels;
    gradient += kStateChannels;
    state_gradient += kStateChannels;
  }
}

template <typename Value>
void spatial_input_gradient(const float* frame, const float* state, int width,
                            const Value* gradient, float* state_gradient) noexcept {
  for (int x = 0; x < width; ++x) {
    const float of_innovation = to_float(gradient[2 * kPackedChannels + 2]) / 4;
    for (int c = 0; c < kPackedChannels; ++c) {
      state_gradient[c] = to_float(gradient[c]) - (c < 4 ? of_innovation : 0);
      state_gradient[kStatePicture + c] = to_float(gradient[kPackedChannels + c]);
    }
    const float of_root = to_float(gradient[2 * kPackedChannels]) * frame[kLumaNoiseChannel] +
                          to_float(gradient[2 * kPackedChannels + 1]) * frame[kChromaNoiseChannel];
    state_gradient[kStateVariance] = of_root / (2 * std::sqrt(state[kStateVariance]));
    frame += kPackedInputChannels;
    state += kStateChannels;
    gradient += kSpatialInputChannels;
    state_gradient += kStateChannels;
  }
}

template <typename Value>
void add_innovation_gradient(int width, const float* gradient, float* state_gradient,
                             Value* residual_gradient) noexcept {
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < kPackedChannels; ++c) {
      state_gradient[c] = -gradient[c];
      assign(residual_gradient[c], gradient[c]);
    }
    std::fill_n(state_gradient + kStateVariance, kStateChannels - kStateVariance, 0.0f);
    gradient += kPackedChannels;
    state_gradient += kStateChannels;
    residual_gradient += kPackedChannels;
  }
}

template <typename Value>
void update_state_gradient(int width, const float* gradient, float* state_gradient,
                           Value* residual_gradient) noexcept {
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < kPackedChannels; ++c) {
      state_gradient[c] = gradient[c] + gradient[kStatePicture + c];
      state_gradient[kStatePicture + c] = 0;
      assign(residual_gradient[c], -gradient[kStatePicture + c]);
    }
    state_gradient[kStateVariance] = gradient[kStateVariance];
    gradient += kStateChannels;
    state_gradient += kStateChannels;
    residual_gradient += kPackedChannels;
  }
}

#define DAE_FOR_TYPE(Value)                                                                       \
  template void change_features_gradient(TwoRows, TwoRows, int, const Value*,                     \
                                         TwoGradients) noexcept;                                  \
  template void temporal_update_gradient(const float*, const float*, const GateRows<Value>&, int, \
                                         const float*, float*, GateGradients) noexcept;           \
  template void spatial_input_gradient(const float*, const float*, int, const Value*,             \
                                       float*) noexcept;                                          \
  template void add_innovation_gradient(int, const float*, float*, Value*) noexcept;              \
  template void update_state_gradient(int, const float*, float*, Value*) noexcept;
DAE_FOR_TYPE(float)
DAE_FOR_TYPE(Bfloat16)

}  // namespace denoiseae
