// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations of all variants, position by position. Those with vectors compute the last ones of
// a row in this way.
#pragma once

#include <cmath>
#include <cstring>

#include "kernels/temporal/temporal.h"
#include "layout/packed_layout.h"
#include "layout/state_layout.h"

namespace denoiseae {
namespace {

/// The first channels of the two counterparts that the frame has in the state: the fused frames and
/// the last denoised picture.
inline constexpr int kCounterparts[2] = {0, kStatePicture};

/// Returns the sum of the four luma samples from first on.
inline float luma_sum(const float* values, int first) {
  return (values[first] + values[first + 1]) + (values[first + 2] + values[first + 3]);
}

/// Sums over 2x2 positions, for each channel of the state: the difference from the frame in
/// standard deviations of the frame's noise, this difference in standard deviations of its own
/// noise, and the magnitude of the latter.
struct ChangeSums {
  float raw[kStateChannels] = {};
  float normal[kStateChannels] = {};
  float magnitude[kStateChannels] = {};
  float luma = 0, luma_level = 0, chroma_level = 0, root_variance = 0;
};

inline void add_changes(const float* frame, const float* state, ChangeSums& sums) {
  const float v = state[kStateVariance] < 1 ? state[kStateVariance] : 1;
  const float root = 1 / std::sqrt(1 + v);
  const float luma = 1 / (frame[kLumaNoiseChannel] / kNoiseLevelScale + kMinDeviation);
  const float chroma = 1 / (frame[kChromaNoiseChannel] / kNoiseLevelScale + kMinDeviation);
  for (const int first : kCounterparts)
    for (int c = 0; c < kPackedChannels; ++c) {
      const float raw = (frame[c] - state[first + c]) * (c < 4 ? luma : chroma);
      const float normal = first == 0 ? raw * root : raw;
      sums.raw[first + c] += raw;
      sums.normal[first + c] += normal;
      sums.magnitude[first + c] += std::abs(normal);
    }
  sums.luma += luma_sum(frame, 0);
  sums.luma_level += frame[kLumaNoiseChannel];
  sums.chroma_level += frame[kChromaNoiseChannel];
  sums.root_variance += std::sqrt(v);
}

/// Computes the features of a position from the 2x2 ones that the rows begin with.
template <typename Value>
inline void change_features_at(TwoRows frame, TwoRows state, Value* out) {
  ChangeSums sums;
  for (int position = 0; position < 2; ++position) {
    const int z = position * kPackedInputChannels, f = position * kStateChannels;
    add_changes(frame.upper + z, state.upper + f, sums);
    add_changes(frame.lower + z, state.lower + f, sums);
  }
  const float* magnitude = sums.magnitude;
  const float* picture = magnitude + kStatePicture;
  assign(out[0], luma_sum(magnitude, 0) * 0.0625f);
  assign(out[1], std::abs(luma_sum(sums.normal, 0)) * 0.0625f);
  assign(out[2], magnitude[4] * 0.25f);
  assign(out[3], magnitude[5] * 0.25f);
  assign(out[4], sums.luma_level * 0.25f);
  assign(out[5], sums.chroma_level * 0.25f);
  assign(out[6], sums.root_variance * 0.25f);
  assign(out[7], sums.luma * 0.0625f);
  assign(out[8], luma_sum(picture, 0) * 0.0625f);
  assign(out[9], std::abs(luma_sum(sums.normal, kStatePicture)) * 0.0625f);
  assign(out[10], (picture[4] + picture[5]) * 0.125f);
  // The difference between fused frames and picture, as the difference of their differences.
  assign(out[11], std::abs(luma_sum(sums.raw, kStatePicture) - luma_sum(sums.raw, 0)) * 0.0625f);
}

/// The rows from a position on.
inline TwoRows from_position(TwoRows rows, int position, int channels) {
  return {rows.upper + position * channels, rows.lower + position * channels};
}

/// Computes the features of a row from position x on.
template <typename Value>
void change_features_from(int x, TwoRows frame, TwoRows state, int width, Value* out) {
  for (; x < width; ++x)
    change_features_at(from_position(frame, 2 * x, kPackedInputChannels),
                       from_position(state, 2 * x, kStateChannels), out + x * kChangeChannels);
}

template <typename Value>
void change_features_row(TwoRows frame, TwoRows state, int width, Value* out) {
  change_features_from(0, frame, state, width, out);
}

/// The numbers that one position is updated with.
struct Gains {
  float gain;      ///< share of the new frame in the fused frames
  float share;     ///< share of the last picture in the new one
  float variance;  ///< variance of the fused frames that result
};

template <typename Value>
inline Gains gains_at(const float* state, const GateRows<Value>& gate, int x, int width) {
  const Between columns = between_halves(x, width / 2);
  const auto gate_of = [&](int channel) {
    const auto down = [&](int column) {
      const float upper = to_float(gate.upper[column * kGateChannels + channel]);
      const float lower = to_float(gate.lower[column * kGateChannels + channel]);
      return upper + gate.lower_weight * (lower - upper);
    };
    const float left = down(columns.first);
    return left + columns.second_weight * (down(columns.second) - left);
  };
  const float v = state[kStateVariance];
  const float free_gain = 1 - gate_of(0) / (v + 1);
  const float gain = free_gain > kMinGain ? free_gain : kMinGain;
  return {gain, v < kUnknownVariance ? gate_of(1) : 0.0f,
          (1 - gain) * (1 - gain) * v + gain * gain};
}

// The functions of one position take pointers to it.

inline void update_at(const float* frame, const float* state, const Gains& gains, float* out) {
  for (int c = 0; c < kPackedChannels; ++c) {
    const float fused = state[c] + gains.gain * (frame[c] - state[c]);
    out[c] = fused;
    out[kStatePicture + c] = fused + gains.share * (state[kStatePicture + c] - fused);
  }
  out[kStateVariance] = gains.variance;
}

template <typename Value>
inline void spatial_input_at(const float* frame, const float* state, Value* out) {
  const float root = std::sqrt(state[kStateVariance]);
  float difference[4];
  for (int c = 0; c < 4; ++c) difference[c] = frame[c] - state[c];
  for (int c = 0; c < kPackedChannels; ++c) {
    assign(out[c], state[c]);
    assign(out[kPackedChannels + c], state[kStatePicture + c]);
  }
  Value* more = out + 2 * kPackedChannels;
  assign(more[0], frame[kLumaNoiseChannel] * root);
  assign(more[1], frame[kChromaNoiseChannel] * root);
  assign(more[2], luma_sum(difference, 0) * 0.25f);
  assign(more[3], frame[kLumaNoiseChannel]);
}

template <typename Value>
inline void add_innovation_at(const float* frame, const float* state, const Value* residual,
                              float* out) {
  for (int c = 0; c < kPackedChannels; ++c) out[c] = (frame[c] - state[c]) + to_float(residual[c]);
}

template <typename Value>
inline void update_state_at(const float* state, const Value* residual, float* out) {
  std::memcpy(out, state, kStatePicture * sizeof(float));
  for (int c = 0; c < kPackedChannels; ++c)
    out[kStatePicture + c] = state[c] - to_float(residual[c]);
}

template <typename Value>
void temporal_update_row(const float* frame, const float* state, const GateRows<Value>& gate,
                         int width, float* out) {
  for (int x = 0; x < width; ++x) {
    update_at(frame, state, gains_at(state, gate, x, width), out);
    frame += kPackedInputChannels;
    state += kStateChannels;
    out += kStateChannels;
  }
}

template <typename Value>
void spatial_input_row(const float* frame, const float* state, int width, Value* out) {
  for (int x = 0; x < width; ++x)
    spatial_input_at(frame + x * kPackedInputChannels, state + x * kStateChannels,
                     out + x * kSpatialInputChannels);
}

template <typename Value>
void add_innovation_row(const float* frame, const float* state, const Value* residual, int width,
                        float* out) {
  for (int x = 0; x < width; ++x)
    add_innovation_at(frame + x * kPackedInputChannels, state + x * kStateChannels,
                      residual + x * kPackedChannels, out + x * kPackedChannels);
}

template <typename Value>
void update_state_row(const float* state, const Value* residual, int width, float* out) {
  for (int x = 0; x < width; ++x)
    update_state_at(state + x * kStateChannels, residual + x * kPackedChannels,
                    out + x * kStateChannels);
}

template <typename Value>
constexpr TemporalRows<Value> kTemporalLoops = {
    change_features_row<Value>, temporal_update_row<Value>, spatial_input_row<Value>,
    add_innovation_row<Value>, update_state_row<Value>};

}  // namespace
}  // namespace denoiseae
