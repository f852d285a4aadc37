// SPDX-License-Identifier: LGPL-2.1-or-later
// The loops of all variants. Each variant compiles this text for its instruction set.
#pragma once

#include "kernels/interpolate/interpolate.h"

namespace denoiseae {
namespace {

inline void interpolate(const float* from, std::ptrdiff_t stride, const float* across,
                        const float* down, float* __restrict to) {
  float band[kInterpolationSide][kInterpolatedSide];
  for (auto& row : band) {
    for (int x = 0; x < kInterpolatedSide; ++x) {
      float sum = 0;
      for (int k = 0; k < kTaps; ++k) sum += across[k] * from[x + k];
      row[x] = sum;
    }
    from += stride;
  }
  for (int y = 0; y < kInterpolatedSide; ++y, to += kInterpolatedSide)
    for (int x = 0; x < kInterpolatedSide; ++x) {
      float sum = 0;
      for (int i = 0; i < kTaps; ++i) sum += down[i] * band[y + i][x];
      to[x] = sum;
    }
}

}  // namespace
}  // namespace denoiseae
