// SPDX-License-Identifier: LGPL-2.1-or-later
#include "motion/packed_luma.h"

#include "kernels/packing/packing.h"

namespace denoiseae {

void packed_luma(const TensorView& planes, int channel, std::uint8_t* out,
                 std::ptrdiff_t stride_bytes, ThreadPool* pool) {
  auto* const luma_codes = best_packing().luma_codes;
  const float* values = planes.data + channel;
  const std::ptrdiff_t row = std::ptrdiff_t{planes.width} * planes.channels;
  for_ranges(pool, planes.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      std::uint8_t* upper = out + 2 * y * stride_bytes;
      luma_codes(values + y * row, planes.channels, planes.width, upper, upper + stride_bytes);
    }
  });
}

}  // namespace denoiseae
