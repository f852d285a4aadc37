// SPDX-License-Identifier: LGPL-2.1-or-later
#include <cstdlib>

#include "kernels/sad/sad.h"

namespace denoiseae {
namespace {

template <int kSize>
int sad(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
        std::ptrdiff_t b_stride) {
  int sum = 0;
  for (int y = 0; y < kSize; ++y, a += a_stride, b += b_stride)
    for (int x = 0; x < kSize; ++x) sum += std::abs(a[x] - b[x]);
  return sum;
}

}  // namespace

int sad_16x16_c(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                std::ptrdiff_t b_stride) {
  return sad<16>(a, a_stride, b, b_stride);
}

void sad_16x16_around_c(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                        std::ptrdiff_t b_stride, int* sums) {
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx)
      *sums++ = sad<16>(a, a_stride, b + dy * b_stride + dx, b_stride);
}

void sad_8x8_along_c(const std::uint8_t* a, std::ptrdiff_t a_stride, const std::uint8_t* b,
                     std::ptrdiff_t b_stride, std::uint16_t* sums) {
  for (int dx = 0; dx < 16; ++dx)
    sums[dx] = static_cast<std::uint16_t>(sad<8>(a, a_stride, b + dx, b_stride));
}

}  // namespace denoiseae
