// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/luma_codes/blocks_avx2.h"
#include "kernels/luma_codes/luma_codes.h"

namespace denoiseae {

void luma_codes_avx2(const float* values, int channels, int blocks, std::uint8_t* top,
                     std::uint8_t* bottom) {
  constexpr int kBlocks = 4;
  const auto code = [](__m256 value) {
    return to_codes(_mm256_mul_ps(_mm256_add_ps(value, _mm256_set1_ps(0.5f)), _mm256_set1_ps(255)));
  };
  int x = 0;
  for (; x + kBlocks <= blocks; x += kBlocks, values += kBlocks * channels)
    store_blocks(code(two_blocks(values, channels)),
                 code(two_blocks(values + 2 * channels, channels)), top + 2 * x, bottom + 2 * x);
  luma_codes_c(values, channels, blocks - x, top + 2 * x, bottom + 2 * x);
}

}  // namespace denoiseae
