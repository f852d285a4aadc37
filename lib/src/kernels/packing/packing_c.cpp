// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/luma_codes/code_of.h"
#include "kernels/packing/packing.h"
#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

constexpr float kUnit = 1.0f / 255;

std::uint8_t subtract_noise(std::uint8_t code, float noise) {
  return code_of((static_cast<float>(code) * kUnit - noise) * 255);
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
      out.top[2 * x + i] = subtract_noise(in.top[2 * x + i], noise[i]);
      out.bottom[2 * x + i] = subtract_noise(in.bottom[2 * x + i], noise[2 + i]);
    }
    out.u[x * out.chroma_step] = subtract_noise(in.u[x * in.chroma_step], noise[4]);
    out.v[x * out.chroma_step] = subtract_noise(in.v[x * in.chroma_step], noise[5]);
  }
}

}  // namespace denoiseae
