// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants but AVX-512: each is this text, compiled for another instruction set.
#pragma once

#include <cmath>
#include <cstring>

#include "kernels/temporal.h"
#include "planes.h"

namespace denoiseae {
namespace {

/// The positions in the past of a packed sample's two counterparts: fused planes and picture.
inline constexpr int kPlanesOf[2] = {0, kPastPicture};

/// Of the four luma samples from first on.
inline float luma_sum(const float* values, int first) {
  return (values[first] + values[first + 1]) + (values[first + 2] + values[first + 3]);
}

/// Sums over a 2x2 block, channel by channel of the past: differences from the frame in its
/// standard deviations, the same in those of the differences, and the magnitudes of these.
struct EvidenceSums {
  float raw[kPastChannels] = {};
  float normal[kPastChannels] = {};
  float magnitude[kPastChannels] = {};
  float luma = 0, luma_level = 0, chroma_level = 0, root_variance = 0;
};

inline void add_evidence(const float* frame, const float* past, EvidenceSums& sums) {
  const float v = past[kPastVariance] < 1 ? past[kPastVariance] : 1;
  const float root = 1 / std::sqrt(1 + v);
  const float luma = 1 / (frame[kLumaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
  const float chroma = 1 / (frame[kChromaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
  for (const int first : kPlanesOf)
    for (int c = 0; c < kPackedChannels; ++c) {
      const float raw = (frame[c] - past[first + c]) * (c < 4 ? luma : chroma);
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

template <typename Value>
void motion_evidence_row(TwoRows frame, TwoRows past, int width, Value* out) {
  for (int x = 0; x < width; ++x, out += kEvidenceChannels) {
    EvidenceSums sums;
    for (int position = 2 * x; position < 2 * x + 2; ++position) {
      const int z = position * kPackedInputChannels, f = position * kPastChannels;
      add_evidence(frame.upper + z, past.upper + f, sums);
      add_evidence(frame.lower + z, past.lower + f, sums);
    }
    const float* magnitude = sums.magnitude;
    const float* picture = magnitude + kPastPicture;
    assign(out[0], luma_sum(magnitude, 0) * 0.0625f);
    assign(out[1], std::abs(luma_sum(sums.normal, 0)) * 0.0625f);
    assign(out[2], magnitude[4] * 0.25f);
    assign(out[3], magnitude[5] * 0.25f);
    assign(out[4], sums.luma_level * 0.25f);
    assign(out[5], sums.chroma_level * 0.25f);
    assign(out[6], sums.root_variance * 0.25f);
    assign(out[7], sums.luma * 0.0625f);
    assign(out[8], luma_sum(picture, 0) * 0.0625f);
    assign(out[9], std::abs(luma_sum(sums.normal, kPastPicture)) * 0.0625f);
    assign(out[10], (picture[4] + picture[5]) * 0.125f);
    // What is between fused planes and picture: the difference of their differences.
    assign(out[11], std::abs(luma_sum(sums.raw, kPastPicture) - luma_sum(sums.raw, 0)) * 0.0625f);
  }
}

/// Gains and shares of some positions from x on.
struct Gains {
  float gain;
  float share;
  float variance;  ///< of the past that results
};

template <typename Value>
inline Gains gains_at(const float* past, const GateRows<Value>& gate, int x, int width) {
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
  const float v = past[kPastVariance];
  const float free_gain = 1 - gate_of(0) / (v + 1);
  const float gain = free_gain > kLeastGain ? free_gain : kLeastGain;
  return {gain, v < kForgotten ? gate_of(1) : 0.0f, (1 - gain) * (1 - gain) * v + gain * gain};
}

template <typename Value>
void temporal_update_row(const float* frame, const float* past, const GateRows<Value>& gate,
                         int width, float* out) {
  for (int x = 0; x < width; ++x) {
    const Gains gains = gains_at(past, gate, x, width);
    for (int c = 0; c < kPackedChannels; ++c) {
      const float fused = past[c] + gains.gain * (frame[c] - past[c]);
      out[c] = fused;
      out[kPastPicture + c] = fused + gains.share * (past[kPastPicture + c] - fused);
    }
    out[kPastVariance] = gains.variance;
    frame += kPackedInputChannels;
    past += kPastChannels;
    out += kPastChannels;
  }
}

template <typename Value>
void spatial_input_row(const float* frame, const float* past, int width, Value* out) {
  for (int x = 0; x < width; ++x) {
    const float root = std::sqrt(past[kPastVariance]);
    float difference[4];
    for (int c = 0; c < 4; ++c) difference[c] = frame[c] - past[c];
    for (int c = 0; c < kPackedChannels; ++c) {
      assign(out[c], past[c]);
      assign(out[kPackedChannels + c], past[kPastPicture + c]);
    }
    Value* more = out + 2 * kPackedChannels;
    assign(more[0], frame[kLumaNoiseChannel] * root);
    assign(more[1], frame[kChromaNoiseChannel] * root);
    assign(more[2], luma_sum(difference, 0) * 0.25f);
    assign(more[3], frame[kLumaNoiseChannel]);
    frame += kPackedInputChannels;
    past += kPastChannels;
    out += kSpatialInputChannels;
  }
}

template <typename Value>
void add_innovation_row(const float* frame, const float* past, const Value* residual, int width,
                        float* out) {
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < kPackedChannels; ++c) out[c] = (frame[c] - past[c]) + to_float(residual[c]);
    frame += kPackedInputChannels;
    past += kPastChannels;
    residual += kPackedChannels;
    out += kPackedChannels;
  }
}

template <typename Value>
void remember_row(const float* past, const Value* residual, int width, float* out) {
  for (int x = 0; x < width; ++x) {
    std::memcpy(out, past, kPastPicture * sizeof(float));
    for (int c = 0; c < kPackedChannels; ++c)
      out[kPastPicture + c] = past[c] - to_float(residual[c]);
    past += kPastChannels;
    residual += kPackedChannels;
    out += kPastChannels;
  }
}

template <typename Value>
constexpr TemporalRows<Value> kTemporalLoops = {
    motion_evidence_row<Value>, temporal_update_row<Value>, spatial_input_row<Value>,
    add_innovation_row<Value>, remember_row<Value>};

}  // namespace
}  // namespace denoiseae
