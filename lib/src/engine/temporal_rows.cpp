// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/temporal_rows.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "net/graph.h"
#include "planes.h"

namespace denoiseae {

namespace {

/// Means of signed differences, whose magnitudes are evidence.
struct Means {
  float d = 0;
  float e = 0;
  float s = 0;
};

/// What one position adds to its 2x2 block.
void add_evidence(const float* frame, const float* past, std::array<float, kEvidenceChannels>& sum,
                  Means& mean) {
  const float v = std::min(past[kPastVariance], 1.0f);
  const float root = 1 / std::sqrt(1 + v);
  const float luma_scale = 1 / (frame[kLumaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
  const float chroma_scale = 1 / (frame[kChromaNoiseChannel] / kNoiseLevelScale + kLeastDeviation);
  const float* picture = past + kPastPicture;
  for (int c = 0; c < 4; ++c) {
    const float d = (frame[c] - past[c]) * luma_scale * root;
    const float e = (frame[c] - picture[c]) * luma_scale;
    sum[0] += std::abs(d) * 0.25f;
    sum[7] += frame[c] * 0.25f;
    sum[8] += std::abs(e) * 0.25f;
    mean.d += d * 0.25f;
    mean.e += e * 0.25f;
    mean.s += (past[c] - picture[c]) * luma_scale * 0.25f;
  }
  sum[2] += std::abs(frame[4] - past[4]) * chroma_scale * root;
  sum[3] += std::abs(frame[5] - past[5]) * chroma_scale * root;
  sum[4] += frame[kLumaNoiseChannel];
  sum[5] += frame[kChromaNoiseChannel];
  sum[6] += std::sqrt(v);
  sum[10] +=
      (std::abs(frame[4] - picture[4]) + std::abs(frame[5] - picture[5])) * chroma_scale * 0.5f;
}

}  // namespace

Between between_halves(int position, int half_size) noexcept {
  const int first = (position + 1) / 2 - 1;
  const float weight = position % 2 == 0 ? 0.75f : 0.25f;
  return {std::max(first, 0), std::min(first + 1, half_size - 1), weight};
}

template <typename Value>
void motion_evidence_row(TwoRows frame, TwoRows past, int width, Value* out) noexcept {
  for (int x = 0; x < width; ++x, out += kEvidenceChannels) {
    std::array<float, kEvidenceChannels> sum{};
    Means mean;
    for (int position = 2 * x; position < 2 * x + 2; ++position) {
      const int z = position * kPackedInputChannels, f = position * kPastChannels;
      add_evidence(frame.upper + z, past.upper + f, sum, mean);
      add_evidence(frame.lower + z, past.lower + f, sum, mean);
    }
    sum[1] = std::abs(mean.d);
    sum[9] = std::abs(mean.e);
    sum[11] = std::abs(mean.s);
    for (int c = 0; c < kEvidenceChannels; ++c) assign(out[c], sum[c] * 0.25f);
  }
}

template <typename Value>
void temporal_update_row(const float* frame, const float* past, const GateRows<Value>& gate,
                         int width, float* out) noexcept {
  for (int x = 0; x < width; ++x) {
    const Between columns = between_halves(x, gate.width);
    const auto along = [&](const Value* row, int channel) {
      const float left = to_float(row[columns.first * kGateChannels + channel]);
      const float right = to_float(row[columns.second * kGateChannels + channel]);
      return left + columns.second_weight * (right - left);
    };
    const auto gate_of = [&](int channel) {
      const float top = along(gate.upper, channel);
      return top + gate.lower_weight * (along(gate.lower, channel) - top);
    };
    const float v = past[kPastVariance];
    const float gain = std::max(1 - gate_of(0) / (v + 1), kLeastGain);
    const float share = v < kForgotten ? gate_of(1) : 0.0f;
    for (int c = 0; c < kPackedChannels; ++c) {
      out[c] = past[c] + gain * (frame[c] - past[c]);
      out[kPastPicture + c] = out[c] + share * (past[kPastPicture + c] - out[c]);
    }
    out[kPastVariance] = (1 - gain) * (1 - gain) * v + gain * gain;
    frame += kPackedInputChannels;
    past += kPastChannels;
    out += kPastChannels;
  }
}

template <typename Value>
void spatial_input_row(const float* frame, const float* past, int width, Value* out) noexcept {
  for (int x = 0; x < width; ++x) {
    const float root = std::sqrt(past[kPastVariance]);
    float innovation = 0;
    for (int c = 0; c < 4; ++c) innovation += (frame[c] - past[c]) * 0.25f;
    for (int c = 0; c < kPackedChannels; ++c) {
      assign(out[c], past[c]);
      assign(out[kPackedChannels + c], past[kPastPicture + c]);
    }
    assign(out[2 * kPackedChannels], frame[kLumaNoiseChannel] * root);
    assign(out[2 * kPackedChannels + 1], frame[kChromaNoiseChannel] * root);
    assign(out[2 * kPackedChannels + 2], innovation);
    assign(out[2 * kPackedChannels + 3], frame[kLumaNoiseChannel]);
    frame += kPackedInputChannels;
    past += kPastChannels;
    out += kSpatialInputChannels;
  }
}

template <typename Value>
void add_innovation_row(const float* frame, const float* past, const Value* residual, int width,
                        float* out) noexcept {
  for (int x = 0; x < width; ++x) {
    for (int c = 0; c < kPackedChannels; ++c) out[c] = frame[c] - past[c] + to_float(residual[c]);
    frame += kPackedInputChannels;
    past += kPastChannels;
    residual += kPackedChannels;
    out += kPackedChannels;
  }
}

template <typename Value>
void remember_row(const float* past, const Value* residual, int width, float* out) noexcept {
  for (int x = 0; x < width; ++x) {
    std::copy_n(past, kPastPicture, out);
    for (int c = 0; c < kPackedChannels; ++c)
      out[kPastPicture + c] = past[c] - to_float(residual[c]);
    past += kPastChannels;
    residual += kPackedChannels;
    out += kPastChannels;
  }
}

template DAE_API void motion_evidence_row(TwoRows, TwoRows, int, float*) noexcept;
template DAE_API void motion_evidence_row(TwoRows, TwoRows, int, Bfloat16*) noexcept;
template DAE_API void temporal_update_row(const float*, const float*, const GateRows<float>&, int,
                                  float*) noexcept;
template DAE_API void temporal_update_row(const float*, const float*, const GateRows<Bfloat16>&, int,
                                  float*) noexcept;
template DAE_API void spatial_input_row(const float*, const float*, int, float*) noexcept;
template DAE_API void spatial_input_row(const float*, const float*, int, Bfloat16*) noexcept;
template DAE_API void add_innovation_row(const float*, const float*, const float*, int, float*) noexcept;
template DAE_API void add_innovation_row(const float*, const float*, const Bfloat16*, int, float*) noexcept;
template DAE_API void remember_row(const float*, const float*, int, float*) noexcept;
template DAE_API void remember_row(const float*, const Bfloat16*, int, float*) noexcept;

}  // namespace denoiseae
