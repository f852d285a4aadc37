// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/quantise/quantise_loops.h"

namespace denoiseae {

void quantise_row_avx2(const float* in, std::uint8_t* out, int count, float factor) {
  quantise_row(in, out, count, factor);
}

void quantise_sum_row_avx2(const Segments& segments, const float* in, const std::uint8_t* addend,
                           std::uint8_t* out, SumFactors factors) {
  quantise_sum_row(segments, in, addend, out, factors);
}

}  // namespace denoiseae
