// SPDX-License-Identifier: LGPL-2.1-or-later
#include <arm_neon.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_int8_neoni8mm(std::int64_t turns) {
  const uint8x16_t a = vdupq_n_u8(5);
  const int8x16_t b = vdupq_n_s8(3);
  return add_products<16, 16>(turns, vdupq_n_s32(0),
                              [&](int32x4_t sum) { return vusdotq_s32(sum, a, b); });
}

}  // namespace denoiseae::bench
