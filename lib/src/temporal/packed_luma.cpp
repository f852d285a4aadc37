// SPDX-License-Identifier: LGPL-2.1-or-later
#include "temporal/packed_luma.h"

#include "kernels/packing.h"

namespace denoiseae {

void packed_luma(const PlanesView& planes, int channel, std::uint8_t* out,
                 std::ptrdiff_t stride_bytes) {
  auto* const luma_codes = best_packing().luma_codes;
  const float* values = planes.data + channel;
  const std::ptrdiff_t row = std::ptrdiff_t{planes.width} * planes.channels;
  for (int y = 0; y < planes.height; ++y, values += row, out += 2 * stride_bytes)
    luma_codes(values, planes.channels, planes.width, out, out + stride_bytes);
}

}  // namespace denoiseae
