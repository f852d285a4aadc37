// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/combine_loops.h"

namespace denoiseae {

void combine_row_c(const Segments& segments, const float* in, const float* addend, float* out,
                   Slopes slopes) {
  combine_row(segments, in, addend, out, slopes);
}

void combine_row_c(const Segments& segments, const Bfloat16* in, const Bfloat16* addend,
                   Bfloat16* out, Slopes slopes) {
  combine_row(segments, in, addend, out, slopes);
}

}  // namespace denoiseae
