// SPDX-License-Identifier: LGPL-2.1-or-later
#include <arm_neon.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_bfloat16_neonbf16(std::int64_t turns) {
  uint16x8_t ones = vdupq_n_u16(0x3f80);
  // GCC 12 would write them as ones of half precision.
  forget(ones);
  const bfloat16x8_t a = vreinterpretq_bf16_u16(ones), b = a;
  return add_products<16, 8>(turns, vdupq_n_f32(0),
                             [&](float32x4_t sum) { return vbfdotq_f32(sum, a, b); });
}

}  // namespace denoiseae::bench
