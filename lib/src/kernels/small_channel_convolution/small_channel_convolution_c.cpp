// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/small_channel_convolution/small_channel_convolution.h"

namespace denoiseae {

void small_channel_convolution_c(const SmallChannelShape& shape, const float* weights,
                                 const float* bias, std::span<const SmallChannelRow> rows) {
  for (const SmallChannelRow& row : rows) {
    for (int x = 0; x < shape.width; ++x) {
      for (int o = 0; o < shape.outputs; ++o) {
        float sum = 0;
        for (int tap = 0; tap < 9; ++tap) {
          const float* in = row.in[tap / 3];
          const int from = x + tap % 3 - 1;
          if (in == nullptr || from < 0 || from >= shape.width) continue;
          const float* of_tap = weights + (tap * shape.outputs + o) * kSmallInputs;
          for (int i = 0; i < shape.inputs; ++i) sum += of_tap[i] * in[from * shape.inputs + i];
        }
        row.out[x * shape.outputs + o] = sum + bias[o];
      }
    }
  }
}

}  // namespace denoiseae
