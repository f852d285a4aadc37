// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/eltwise/eltwise_loops.h"

namespace denoiseae {

void eltwise_row_avx2(int count, const float* in, const float* addend, float* out, Slopes slopes) {
  eltwise_row(count, in, addend, out, slopes);
}

void eltwise_row_avx2(int count, const Bfloat16* in, const Bfloat16* addend, Bfloat16* out,
                      Slopes slopes) {
  eltwise_row(count, in, addend, out, slopes);
}

}  // namespace denoiseae
