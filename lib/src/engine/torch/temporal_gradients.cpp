// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/temporal_gradients.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "net/graph.h"
#include "planes.h"

namespace denoiseae {

namespace {

float sign(float x) { return static_cast<float>(x > 0) - static_cast<float>(x < 0); }

/// Of one row of frame and past, differences in standard deviations; as temporal_rows.cpp has them.
struct Differences {
  float luma_scale, chroma_scale, root, v;
  std::array<float, kPackedChannels> d, e;
  float s_sum = 0;

  Differences(const float* frame, const float* past) {
    v = std::min(past[kPastVariance], 1.0f);
    root = 1 / std::sqrt(1 + v);
    luma_scale = 1 / (frame[kLumaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
    chroma_scale = 1 / (frame[kChromaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
    const float* picture = past + kPastPicture;
    for (int c = 0; c < kPackedChannels; ++c) {
      const float scale = scale_of(c);
      d[c] = (frame[c] - past[c]) * scale * root;
      e[c] = (frame[c] - picture[c]) * scale;
      if (c < 4) s_sum += (past[c] - picture[c]) * scale;
    }
  }
  float scale_of(int c) const { return c < 4 ? luma_scale : chroma_scale; }
};

}  // namespace

template <typename Value>
void motion_evidence_gradient(TwoRows frame, TwoRows past, int width, const Value* gradient,
                              TwoGradients past_gradient) noexcept {
  for (int x = 0; x < width; ++x, gradient += kEvidenceChannels) {
    const auto block = [&](int i) {
      const float* z = i < 2 ? frame.upper : frame.lower;
      const float* f = i < 2 ? past.upper : past.lower;
      const int position = 2 * x + i % 2;
      return Differences(z + position * kPackedInputChannels, f + position * kPastChannels);
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
    std::array<float, kEvidenceChannels> g;
    for (int c = 0; c < kEvidenceChannels; ++c) g[c] = to_float(gradient[c]);
    const float g_d = g[1] * sign(d_sum) / 16, g_e = g[9] * sign(e_sum) / 16,
                g_s = g[11] * sign(s_sum) / 16;
    for (int i = 0; i < 4; ++i) {
      const Differences& one = blocks[i];
      const int position = 2 * x + i % 2;
      float* to = (i < 2 ? past_gradient.upper : past_gradient.lower) + position * kPastChannels;
      const float* f = (i < 2 ? past.upper : past.lower) + position * kPastChannels;
      float through_root = 0;  // sum of d times its gradient
      for (int c = 0; c < kPackedChannels; ++c) {
        const bool luma = c < 4;
        const float scale = one.scale_of(c);
        const float of_d = luma ? g[0] * sign(one.d[c]) / 16 + g_d : g[c - 2] * sign(one.d[c]) / 4;
        const float of_e = luma ? g[8] * sign(one.e[c]) / 16 + g_e : g[10] * sign(one.e[c]) / 8;
        const float of_s = luma ? g_s : 0;
        through_root += one.d[c] * of_d;
        to[c] = (of_s - of_d * one.root) * scale;
        to[kPastPicture + c] = -(of_s + of_e) * scale;
      }
      to[kPastVariance] = f[kPastVariance] <= 1
                              ? g[6] / (8 * std::sqrt(one.v)) - through_root / (2 * (1 + one.v))
                              : 0;
    }
  }
}

template <typename Value>
void temporal_update_gradient(const float* frame, const float* past, const GateRows<Value>& gate,
                              int width, const float* gradient, float* past_gradient,
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
    const float v = past[kPastVariance];
    const float gate_0 = gate_of(0);
    const float free_gain = 1 - gate_0 / (v + 1);
    const float gain = std::max(free_gain, kLeastGain);
    const bool known = v < kForgotten;
    const float share = known ? gate_of(1) : 0.0f;
    float of_gain = 0, of_share = 0;
    for (int c = 0; c < kPackedChannels; ++c) {
      const float of_picture = gradient[kPastPicture + c];
      const float step = frame[c] - past[c];
      const float of_fused = gradient[c] + (1 - share) * of_picture;
      of_gain += of_fused * step;
      of_share += of_picture * (past[kPastPicture + c] - past[c] - gain * step);
      past_gradient[c] = (1 - gain) * of_fused;
      past_gradient[kPastPicture + c] = share * of_picture;
    }
    const float of_variance = gradient[kPastVariance];
    of_gain += of_variance * 2 * (gain - (1 - gain) * v);
    if (free_gain < kLeastGain) of_gain = 0;
    past_gradient[kPastVariance] =
        of_variance * (1 - gain) * (1 - gain) + of_gain * gate_0 / ((v + 1) * (v + 1));
    const float of_gates[kGateChannels] = {-of_gain / (v + 1), known ? of_share : 0.0f};
    for (int c = 0; c < kGateChannels; ++c) {
      gate_gradient.upper[first + c] += of_gates[c] * (1 - lower) * (1 - right);
      gate_gradient.upper[second + c] += of_gates[c] * (1 - lower) * right;
      gate_gradient.lower[first + c] += of_gates[c] * lower * (1 - right);
      gate_gradient.lower[second + c] += of_gates[c] * lower * right;
    }
    frame += kPackedInputChannels;
    past += kPastChannels;
    gradient += kPastChannels;
    past_gradient += kPastChannels;
  }
}

template <typename Value>
void spatial_input_gradient(const float* frame, const float* past, int width, const Value* gradient,
                            float* past_gradient) noexcept {
  for (int x = 0; x < width; ++x) {
    const float of_innovation = to_float(gradient[2 * kPackedChannels + 2]) / 4;
    for (int c = 0; c < kPackedChannels; ++c) {
      past_gradient[c] = to_float(gradient[c]) - (c < 4 ? of_innovation : 0);
      past_gradient[kPastPicture + c] = to_float(gradient[kPackedChannels + c]);
    }
    const float of_root = to_float(gradient[2 * kPackedChannels]) * frame[kLumaNoiseChannel] +
                          to_float(gradient[2 * kPackedChannels + 1]) * frame[kChromaNoiseChannel];
    past_gradient[kPastVariance] = of_root / (2 * std::sqrt(past[kPastVariance]));
    frame += kPackedInputChannels;
    past += kPastChannels;
    gradient += kSpatialInputChannels;
    past_gradient += kPastChannels;
  }
}

template <typename Value>
void add_innovation_gradient(int width, const float* gradient, float* past_gradient,
                             Value* residual_gradient) noexcept {
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < kPackedChannels; ++c) {
      past_gradient[c] = -gradient[c];
      assign(residual_gradient[c], gradient[c]);
    }
    std::fill_n(past_gradient + kPastVariance, kPastChannels - kPastVariance, 0.0f);
    gradient += kPackedChannels;
    past_gradient += kPastChannels;
    residual_gradient += kPackedChannels;
  }
}

template <typename Value>
void remember_gradient(int width, const float* gradient, float* past_gradient,
                       Value* residual_gradient) noexcept {
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < kPackedChannels; ++c) {
      past_gradient[c] = gradient[c] + gradient[kPastPicture + c];
      past_gradient[kPastPicture + c] = 0;
      assign(residual_gradient[c], -gradient[kPastPicture + c]);
    }
    past_gradient[kPastVariance] = gradient[kPastVariance];
    gradient += kPastChannels;
    past_gradient += kPastChannels;
    residual_gradient += kPackedChannels;
  }
}

#define DAE_FOR_TYPE(Value)                                                                       \
  template void motion_evidence_gradient(TwoRows, TwoRows, int, const Value*,                     \
                                         TwoGradients) noexcept;                                  \
  template void temporal_update_gradient(const float*, const float*, const GateRows<Value>&, int, \
                                         const float*, float*, GateGradients) noexcept;           \
  template void spatial_input_gradient(const float*, const float*, int, const Value*,             \
                                       float*) noexcept;                                          \
  template void add_innovation_gradient(int, const float*, float*, Value*) noexcept;              \
  template void remember_gradient(int, const float*, float*, Value*) noexcept;
DAE_FOR_TYPE(float)
DAE_FOR_TYPE(Bfloat16)

}  // namespace denoiseae
