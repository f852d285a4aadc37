// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/interpolate/interpolate_loops.h"

namespace denoiseae {

void interpolate_avx2(const float* from, std::ptrdiff_t stride, const float* across,
                      const float* down, float* to) {
  interpolate(from, stride, across, down, to);
}

}  // namespace denoiseae
