// SPDX-License-Identifier: LGPL-2.1-or-later
#include <arm_neon.h>

#include "peak_loops.h"
#include "sums.h"

namespace denoiseae::bench {

double peak_float32_neon(std::int64_t turns) {
  const float32x4_t a = vdupq_n_f32(0.5f), b = vdupq_n_f32(0.25f);
  return add_products<16, 4>(turns, vdupq_n_f32(0),
                             [&](float32x4_t sum) { return vfmaq_f32(sum, a, b); });
}

}  // namespace denoiseae::bench
