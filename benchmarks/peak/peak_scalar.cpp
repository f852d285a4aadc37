// SPDX-License-Identifier: LGPL-2.1-or-later
#include "peak_loops.h"

namespace denoiseae::bench {

/// The compiler makes vectors of the oldest processors of the sums, as it does with the kernels in
/// plain C++.
double peak_float32_scalar(std::int64_t turns) {
  constexpr int kSums = 48;
  alignas(64) float sums[kSums];
  for (int i = 0; i < kSums; ++i) sums[i] = static_cast<float>(i);
  // A product of constants would be computed once, that of the sum is another one each time.
  for (std::int64_t turn = 0; turn < turns; ++turn)
    for (float& sum : sums) sum = sum * 0.75f + 0.25f;
  asm volatile("" : : "m"(sums));
  return static_cast<double>(turns) * kSums;
}

}  // namespace denoiseae::bench
