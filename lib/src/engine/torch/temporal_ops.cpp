// SPDX-License-Identifier: LGPL-2.1-or-later
#include "engine/torch/temporal_ops.h"

#include "planes.h"

namespace denoiseae {

namespace {

torch::Tensor channels(const torch::Tensor& x, std::int64_t first, std::int64_t count) {
  return x.narrow(1, first, count);
}

torch::Tensor planes(const torch::Tensor& x) { return channels(x, 0, kPackedChannels); }

torch::Tensor variance(const torch::Tensor& past) { return channels(past, kPastVariance, 1); }

/// Noise levels of luma and of chroma.
torch::Tensor levels(const torch::Tensor& frame) { return channels(frame, kLumaNoiseChannel, 2); }

torch::Tensor half_size(const torch::Tensor& x) { return torch::avg_pool2d(x, 2); }

}  // namespace

torch::Tensor motion_evidence(const torch::Tensor& frame, const torch::Tensor& past) {
  const torch::Tensor v = variance(past).clamp_max(1);
  const torch::Tensor deviation =
      (levels(frame) / kNoiseLevelScale + kLeastDeviation) * torch::sqrt(1 + v);
  const torch::Tensor d = planes(frame) - planes(past);
  const torch::Tensor luma = channels(d, 0, 4) / channels(deviation, 0, 1);
  const torch::Tensor chroma = channels(d, 4, 2) / channels(deviation, 1, 1);
  const torch::Tensor detail =
      half_size(torch::cat({luma.abs().mean(1, true), chroma.abs(), levels(frame), torch::sqrt(v),
                            channels(frame, 0, 4).mean(1, true), luma.mean(1, true)},
                           1));
  // The mean of d comes last there; its sign says nothing.
  return torch::cat({channels(detail, 0, 1), channels(detail, 7, 1).abs(), channels(detail, 1, 6)},
                    1);
}

torch::Tensor temporal_update(const torch::Tensor& frame, const torch::Tensor& past,
                              const torch::Tensor& gate) {
  const torch::Tensor p =
      torch::upsample_bilinear2d(gate, {frame.size(2), frame.size(3)}, /*align_corners=*/false);
  const torch::Tensor v = variance(past);
  const torch::Tensor gain = (1 - p / (v + 1)).clamp_min(kLeastGain);
  const torch::Tensor fused = planes(past) + gain * (planes(frame) - planes(past));
  const torch::Tensor left = 1 - gain;
  return torch::cat({fused, left * left * v + gain * gain}, 1);
}

torch::Tensor spatial_input(const torch::Tensor& frame, const torch::Tensor& past) {
  const torch::Tensor left = levels(frame) * torch::sqrt(variance(past));
  return torch::cat({planes(past), planes(frame), left, levels(frame)}, 1);
}

torch::Tensor add_innovation(const torch::Tensor& frame, const torch::Tensor& past,
                             const torch::Tensor& residual) {
  return planes(frame) - planes(past) + residual;
}

}  // namespace denoiseae
