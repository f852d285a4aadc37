// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/warp_between/warp_between_loops.h"
#include "kernels/warp_between/warp_vectors_c.h"

namespace denoiseae {

void warp_between_c(const WarpSource& source, int width, int height, float* out,
                    std::ptrdiff_t row_values) {
  warp_between<PlainWarpVectors>(source, width, height, out, row_values);
}

}  // namespace denoiseae
