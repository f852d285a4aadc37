// SPDX-License-Identifier: LGPL-2.1-or-later
#include "kernels/convert/convert_loops.h"
#include "kernels/fixed16_avx2.h"

namespace denoiseae {

namespace {

/// GCC 12 makes branches of the limits in the plain loop.
void to_fixed16_vectors(const float* from, Fixed16* to, std::size_t count) {
  std::size_t i = 0;
  for (; i + 16 <= count; i += 16)
    store_sixteen(to + i, _mm256_loadu_ps(from + i), _mm256_loadu_ps(from + i + 8));
  convert_values(from + i, to + i, count - i);
}

constexpr ConvertLoops with_vectors() {
  ConvertLoops loops = kConvertLoops;
  loops.to_fixed16 = to_fixed16_vectors;
  return loops;
}

}  // namespace

constinit const ConvertLoops kConvertAvx2 = with_vectors();

}  // namespace denoiseae
