// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/round_loops.h"

namespace denoiseae {

void round_row_avx512(const float* in, std::uint8_t* out, int count, float factor) {
  round_row(in, out, count, factor);
}

void round_sum_row_avx512(const Segments& segments, const float* in, const std::uint8_t* addend,
                          std::uint8_t* out, SumFactors factors) {
  round_sum_row(segments, in, addend, out, factors);
}

}  // namespace denoiseae
