// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/amx_subpixel_conv/amx_subpixel_conv.h"

namespace denoiseae {

bool suits_amx_subpixel_conv(const SubpixelConvShape& shape) noexcept {
  return has_amx() && (shape.inputs == 32 || shape.inputs == 64) &&
         (shape.outputs == 16 || shape.outputs == 32) && shape.width >= 16;
}

// Every 16 of the 4 x outputs channels have one tile for every 32 inputs.
std::vector<float> amx_subpixel_conv_weights(const SubpixelConvShape& shape,
                                             std::span<const float> weights) {
  std::vector<float> tiles;
  tiles.reserve(shape.weight_values());
  for (int first = 0; first < 4 * shape.outputs; first += 16) {
    for (int chunk = 0; chunk < shape.inputs; chunk += 32) {
      for (int pair = 0; pair < 16; ++pair) {
        for (int column = 0; column < 16; ++column) {
          // The values of two rows alternate, because the products are of pairs of bfloat16 values.
          const int at = (first + column) * shape.inputs + chunk + 2 * pair;
          tiles.push_back(weights[at]);
          tiles.push_back(weights[at + 1]);
        }
      }
    }
  }
  return tiles;
}

std::vector<float> amx_subpixel_conv_bias(const SubpixelConvShape& shape,
                                          std::span<const float> bias) {
  std::vector<float> tiles(shape.bias_values());
  for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i] = bias[i / 256 * 16 + i % 16];
  return tiles;
}

#ifndef __x86_64__
void amx_subpixel_conv(const SubpixelConvShape&, const AmxConstants&, float,
                       std::span<const SubpixelConvRow<Bfloat16>>) {}
void amx_subpixel_conv(const SubpixelConvShape&, const AmxConstants&, SumFactors,
                       std::span<const SubpixelConvRow<std::uint8_t>>) {}
#endif

}  // namespace denoiseae
