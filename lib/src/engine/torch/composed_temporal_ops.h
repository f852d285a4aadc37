// SPDX-License-Identifier: LGPL-2.1-or-later
// The operations of graphs with a past, composed of LibTorch's own, which know their gradients and
// run on every device; in float32. On the CPU those of temporal_ops.h are faster.
#pragma once

#include <torch/types.h>

#include <utility>

#include "layout/packed_layout.h"
#include "layout/state_layout.h"
#include "net/graph.h"

namespace denoiseae::composed {

inline torch::Tensor channels(const torch::Tensor& x, std::int64_t first, std::int64_t count) {
  return x.narrow(1, first, count);
}

inline torch::Tensor planes(const torch::Tensor& x) { return channels(x, 0, kPackedChannels); }

inline torch::Tensor picture(const torch::Tensor& state) {
  return channels(state, kStatePicture, kPackedChannels);
}

inline torch::Tensor variance(const torch::Tensor& state) {
  return channels(state, kStateVariance, 1);
}

/// Noise levels of luma and of chroma.
inline torch::Tensor levels(const torch::Tensor& frame) {
  return channels(frame, kLumaNoiseChannel, 2);
}

inline torch::Tensor half_size(const torch::Tensor& x) { return torch::avg_pool2d(x, 2); }

inline torch::Tensor change_features(const torch::Tensor& frame, const torch::Tensor& state) {
  const torch::Tensor v = variance(state).clamp_max(1);
  const torch::Tensor of_frame = levels(frame) / kNoiseLevelScale + kMinDeviation;
  const torch::Tensor of_difference = of_frame * torch::sqrt(1 + v);
  const auto normal = [](const torch::Tensor& d, const torch::Tensor& deviation) {
    return std::pair(channels(d, 0, 4) / channels(deviation, 0, 1),
                     channels(d, 4, 2) / channels(deviation, 1, 1));
  };
  const auto [luma, chroma] = normal(planes(frame) - planes(state), of_difference);
  const auto [luma_e, chroma_e] = normal(planes(frame) - picture(state), of_frame);
  const torch::Tensor luma_s =
      (channels(state, 0, 4) - channels(state, kStatePicture, 4)) / channels(of_frame, 0, 1);
  const torch::Tensor detail = half_size(
      torch::cat({luma.abs().mean(1, true), luma.mean(1, true), chroma.abs(), levels(frame),
                  torch::sqrt(v), channels(frame, 0, 4).mean(1, true), luma_e.abs().mean(1, true),
                  luma_e.mean(1, true), chroma_e.abs().mean(1, true), luma_s.mean(1, true)},
                 1));
  // The signs of means say nothing; luma keeps its own.
  return torch::cat({channels(detail, 0, 7).abs(), channels(detail, 7, 1),
                     channels(detail, 8, kChangeChannels - 8).abs()},
                    1);
}

inline torch::Tensor temporal_update(const torch::Tensor& frame, const torch::Tensor& state,
                                     const torch::Tensor& gate) {
  const torch::Tensor gates =
      torch::upsample_bilinear2d(gate, {frame.size(2), frame.size(3)}, /*align_corners=*/false);
  const torch::Tensor v = variance(state);
  const torch::Tensor gain = (1 - channels(gates, 0, 1) / (v + 1)).clamp_min(kMinGain);
  const torch::Tensor fused = planes(state) + gain * (planes(frame) - planes(state));
  const torch::Tensor left = 1 - gain;
  const torch::Tensor share = channels(gates, 1, 1) * (v < kUnknownVariance);
  return torch::cat(
      {fused, left * left * v + gain * gain, fused + share * (picture(state) - fused)}, 1);
}

inline torch::Tensor spatial_input(const torch::Tensor& frame, const torch::Tensor& state) {
  const torch::Tensor left = levels(frame) * torch::sqrt(variance(state));
  const torch::Tensor innovation =
      (channels(frame, 0, 4) - channels(state, 0, 4)).mean(1, /*keepdim=*/true);
  return torch::cat(
      {planes(state), picture(state), left, innovation, channels(levels(frame), 0, 1)}, 1);
}

inline torch::Tensor add_innovation(const torch::Tensor& frame, const torch::Tensor& state,
                                    const torch::Tensor& residual) {
  return planes(frame) - planes(state) + residual;
}

inline torch::Tensor update_state(const torch::Tensor& state, const torch::Tensor& residual) {
  return torch::cat({channels(state, 0, kStatePicture), planes(state) - residual}, 1);
}

}  // namespace denoiseae::composed
