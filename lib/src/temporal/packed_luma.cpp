// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/packed_luma.h"

#include <algorithm>

namespace denoiseae {
namespace {

std::uint8_t code_of(float value) {
  // In this order what is not a number becomes 0.
  return static_cast<std::uint8_t>(std::min(std::max(0.0f, (value + 0.5f) * 255 + 0.5f), 255.0f));
}

}  // namespace

void packed_luma(const PlanesView& planes, int channel, std::uint8_t* out,
                 std::ptrdiff_t stride_bytes) {
  const float* position = planes.data + channel;
  for (int y = 0; y < planes.height; ++y) {
    std::uint8_t* upper = out + 2 * y * stride_bytes;
    std::uint8_t* lower = upper + stride_bytes;
    for (int x = 0; x < planes.width; ++x, position += planes.channels) {
      upper[2 * x] = code_of(position[0]);
      upper[2 * x + 1] = code_of(position[1]);
      lower[2 * x] = code_of(position[2]);
      lower[2 * x + 1] = code_of(position[3]);
    }
  }
}

}  // namespace denoiseae
