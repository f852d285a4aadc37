// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/color.h"

#include <cmath>

namespace denoiseae {

namespace {

double square(double x) { return x * x; }

}  // namespace

double rgb_luma_noise_gain() {
  return std::sqrt(square(kRedWeight) + square(kGreenWeight) + square(kBlueWeight));
}

double rgb_chroma_noise_gain() {
  const YCbCr r = to_ycbcr(1, 0, 0);
  const YCbCr g = to_ycbcr(0, 1, 0);
  const YCbCr b = to_ycbcr(0, 0, 1);
  const double cb = square(r.cb) + square(g.cb) + square(b.cb);
  const double cr = square(r.cr) + square(g.cr) + square(b.cr);
  return std::sqrt((cb + cr) / 2);
}

}  // namespace denoiseae
