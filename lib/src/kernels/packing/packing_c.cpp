// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/packing/packing.h"
#include "layout/tensor_view.h"

namespace denoiseae {

namespace {

constexpr float kUnit = 1.0f / 255;

/// What is not a number becomes 0.
std::uint8_t rounded(float code) {
  const float above = code + 0.5f > 0 ? code + 0.5f : 0;
  return static_cast<std::uint8_t>(above < 255 ? above : 255);
}

std::uint8_t less(std::uint8_t code, float noise) {
  return rounded((static_cast<float>(code) * kUnit - noise) * 255);
}

}  // namespace

void pack_blocks_c(const BlockRows<const std::uint8_t>& in, int blocks, float* out) {
  const auto value = [](std::uint8_t code) { return static_cast<float>(code) * kUnit - 0.5f; };
  for (int x = 0; x < blocks; ++x, out += kPackedInputChannels) {
    out[0] = value(in.top[2 * x]);
    out[1] = value(in.top[2 * x + 1]);
    out[2] = value(in.bottom[2 * x]);
    out[3] = value(in.bottom[2 * x + 1]);
    out[4] = value(in.u[x * in.chroma_step]);
    out[5] = value(in.v[x * in.chroma_step]);
  }
}

void subtract_blocks_c(const BlockRows<const std::uint8_t>& in, const float* noise, int blocks,
                       const BlockRows<std::uint8_t>& out) {
  for (int x = 0; x < blocks; ++x, noise += kPackedChannels) {
    for (int i = 0; i < 2; ++i) {
      out.top[2 * x + i] = less(in.top[2 * x + i], noise[i]);
      out.bottom[2 * x + i] = less(in.bottom[2 * x + i], noise[2 + i]);
    }
    out.u[x * out.chroma_step] = less(in.u[x * in.chroma_step], noise[4]);
    out.v[x * out.chroma_step] = less(in.v[x * in.chroma_step], noise[5]);
  }
}

void luma_codes_c(const float* values, int channels, int blocks, std::uint8_t* top,
                  std::uint8_t* bottom) {
  for (int x = 0; x < blocks; ++x, values += channels)
    for (int i = 0; i < 2; ++i) {
      top[2 * x + i] = rounded((values[i] + 0.5f) * 255);
      bottom[2 * x + i] = rounded((values[2 + i] + 0.5f) * 255);
    }
}

void limit_blocks_c(const ResidualLimits& limits, const float* told, float* noise, int blocks) {
  const auto limit = [&limits](float level) {
    const float low = limits.factor * level, high = limits.steep_factor * level + limits.offset;
    return low < high ? high : low;
  };
  const auto share_of = [](float level, float own) {
    const float square = level * level;
    return square / (square + own);
  };
  const auto clamp = [](float& value, float share, float most) {
    value *= share;
    if (value < -most) value = -most;
    if (value > most) value = most;
  };
  for (int x = 0; x < blocks; ++x, told += kPackedInputChannels, noise += kPackedChannels) {
    const float luma = told[kLumaNoiseChannel], chroma = told[kChromaNoiseChannel];
    const float luma_share = share_of(luma, limits.own_luma), luma_most = limit(luma);
    const float chroma_share = share_of(chroma, limits.own_chroma), chroma_most = limit(chroma);
    for (int c = 0; c < 4; ++c) clamp(noise[c], luma_share, luma_most);
    for (int c = 4; c < kPackedChannels; ++c) clamp(noise[c], chroma_share, chroma_most);
  }
}

}  // namespace denoiseae
