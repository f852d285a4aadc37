// SPDX-License-Identifier: LGPL-2.1-or-later
#include <arm_neon.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_int8_neondot(std::int64_t turns) {
  const int8x16_t a = vdupq_n_s8(5), b = vdupq_n_s8(3);
  return add_products<16, 16>(turns, vdupq_n_s32(0),
                              [&](int32x4_t sum) { return vdotq_s32(sum, a, b); });
}

}  // namespace denoiseae::bench
