// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/noise_cells/noise_cells_loops.h"

namespace denoiseae {

void noise_cells_avx2(const NoiseCellPlanes& now, const NoiseCellsBefore& before, int count,
                      float* values) {
  noise_cells(now, before, count, values);
}

}  // namespace denoiseae
