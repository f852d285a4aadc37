// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/luma_codes/code_of.h"
#include "kernels/luma_codes/luma_codes.h"

namespace denoiseae {

void luma_codes_c(const float* values, int channels, int blocks, std::uint8_t* top,
                  std::uint8_t* bottom) {
  for (int x = 0; x < blocks; ++x, values += channels)
    for (int i = 0; i < 2; ++i) {
      top[2 * x + i] = code_of((values[i] + 0.5f) * 255);
      bottom[2 * x + i] = code_of((values[2 + i] + 0.5f) * 255);
    }
}

}  // namespace denoiseae
