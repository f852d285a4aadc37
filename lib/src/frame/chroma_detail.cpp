// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/chroma_detail.h"

#include <algorithm>
#include <cmath>

#include "frame/color.h"
#include "frame/pixels.h"

namespace denoiseae {

namespace {

/// Variance of the detail for white chroma noise of variance 1: 1 - 2 (9/16)(1/4) + (100/256)/4,
/// from the weights of interpolate() on averages of four.
constexpr double kDetailNoise = 1 - 2 * 9.0 / 64 + 100.0 / 1024;

/// Energy of noise alone varies from place to place: asking for a surplus keeps grain out.
constexpr double kSurplus = 1.5;

}  // namespace

ChromaDetail::ChromaDetail(const ConstFrameView& frame, const PlanesView& packed, double sigma_8bit,
                           std::vector<float>& scratch)
    : width_((frame.width + 1) / 2) {
  const int height = (frame.height + 1) / 2;
  const std::size_t size = static_cast<std::size_t>(width_) * height;
  scratch.resize(2 * size);
  float* energy = scratch.data();
  float* share = scratch.data() + size;
  share_ = share;

  for (int by = 0; by < height; ++by) {
    for (int bx = 0; bx < width_; ++bx) {
      float sum = 0;
      for (int i = 0; i < 4; ++i) {
        const int x = std::min(2 * bx + (i & 1), frame.width - 1);
        const int y = std::min(2 * by + (i >> 1), frame.height - 1);
        const YCbCr pixel = RgbRow(frame, y).ycbcr(x);
        const float cb = pixel.cb - interpolate(packed, 4, x, y);
        const float cr = pixel.cr - interpolate(packed, 5, x, y);
        sum += cb * cb + cr * cr;
      }
      energy[static_cast<std::size_t>(by) * width_ + bx] = sum / 8;
    }
  }

  const double sigma = sigma_8bit / 255 * rgb_chroma_noise_gain();
  const auto noise = static_cast<float>(kSurplus * kDetailNoise * sigma * sigma);
  for (int by = 0; by < height; ++by) {
    for (int bx = 0; bx < width_; ++bx) {
      float sum = 0;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
          const int y = std::clamp(by + dy, 0, height - 1);
          const int x = std::clamp(bx + dx, 0, width_ - 1);
          sum += energy[static_cast<std::size_t>(y) * width_ + x];
        }
      }
      const float mean = sum / 9;
      share[static_cast<std::size_t>(by) * width_ + bx] =
          mean > noise ? (mean - noise) / mean : (noise > 0 ? 0.0f : 1.0f);
    }
  }
}

}  // namespace denoiseae
