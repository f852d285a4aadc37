// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/clamp_residual/clamp_residual.h"
#include "layout/packed_layout.h"

namespace denoiseae {

void clamp_residual_c(const ResidualLimits& limits, const float* input, float* residual,
                      int blocks) {
  const auto limit = [&limits](float level) {
    const float low = limits.factor * level, high = limits.steep_factor * level + limits.offset;
    return low < high ? high : low;
  };
  const auto share_of = [](float level, float floor) {
    const float square = level * level;
    return square / (square + floor);
  };
  const auto clamp = [](float& value, float share, float limit) {
    value *= share;
    if (value < -limit) value = -limit;
    if (value > limit) value = limit;
  };
  for (int x = 0; x < blocks; ++x, input += kPackedInputChannels, residual += kPackedChannels) {
    const float luma = input[kLumaNoiseChannel], chroma = input[kChromaNoiseChannel];
    const float luma_share = share_of(luma, limits.luma_floor), luma_limit = limit(luma);
    const float chroma_share = share_of(chroma, limits.chroma_floor), chroma_limit = limit(chroma);
    for (int c = 0; c < 4; ++c) clamp(residual[c], luma_share, luma_limit);
    for (int c = 4; c < kPackedChannels; ++c) clamp(residual[c], chroma_share, chroma_limit);
  }
}

}  // namespace denoiseae
