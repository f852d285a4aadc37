// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/chroma_detail.h"

#include <algorithm>
#include <cmath>

#include "frame/color.h"
#include "frame/pixels.h"

namespace denoiseae {

namespace {

/// Variance of the detail for white chroma noise of variance 1, from the weights of interpolate()
/// on averages.
double detail_noise(const Component& chroma) {
  double samples = 1, own = 1, squares = 1;
  for (const int log2_sub : {chroma.log2_sub_x, chroma.log2_sub_y}) {
    if (log2_sub == 1) continue;
    samples *= 2;
    own *= 3.0 / 4;
    squares *= 9.0 / 16 + 1.0 / 16;
  }
  return 1 - 2 * own / samples + squares / samples;
}

/// Mean energy of the detail of each block.
template <typename ChromaRow>
void measure_energy(const ConstFrameView& frame, const TensorView& packed, int width, int height,
                    float* energy) {
  const FormatInfo& info = format_info(frame.format);
  const Component& chroma = info.component[1];
  const int columns = 2 >> chroma.log2_sub_x;
  const int rows = 2 >> chroma.log2_sub_y;
  const int last_x = info.component_width(1, frame.width) - 1;
  const int last_y = info.component_height(1, frame.height) - 1;
  for (int by = 0; by < height; ++by) {
    for (int bx = 0; bx < width; ++bx) {
      float sum = 0;
      for (int i = 0; i < rows; ++i) {
        const int y = std::min(rows * by + i, last_y);
        const ChromaRow row(frame, y);
        for (int j = 0; j < columns; ++j) {
          const int x = std::min(columns * bx + j, last_x);
          const YCbCr pixel = row.ycbcr(x);
          const float cb = pixel.cb - interpolate(packed, 4, x, y, chroma);
          const float cr = pixel.cr - interpolate(packed, 5, x, y, chroma);
          sum += cb * cb + cr * cr;
        }
      }
      energy[static_cast<std::size_t>(by) * width + bx] =
          sum / static_cast<float>(2 * rows * columns);
    }
  }
}

/// Energy of noise alone varies from place to place, more so the fewer values there are: asking for
/// three standard deviations more keeps grain out. Of each block's samples one is its mean.
double surplus(const Component& chroma) {
  const int samples = (2 >> chroma.log2_sub_x) * (2 >> chroma.log2_sub_y);
  const int values = 3 * 3 * 2 * (samples - 1);
  return 1 + 3 * std::sqrt(2.0 / values);
}

}  // namespace

ChromaDetail::ChromaDetail(const ConstFrameView& frame, const TensorView& packed, double sigma_8bit,
                           std::vector<float>& scratch)
    : width_((frame.width + 1) / 2) {
  const int height = (frame.height + 1) / 2;
  const std::size_t size = static_cast<std::size_t>(width_) * height;
  scratch.resize(2 * size);
  float* energy = scratch.data();
  float* share = scratch.data() + size;
  share_ = share;

  const FormatInfo& info = format_info(frame.format);
  with_chroma_row(
      info, [&]<typename Row> { measure_energy<Row>(frame, packed, width_, height, energy); });
  const double gain = info.family == ColorFamily::rgb ? rgb_chroma_noise_gain() : 1;
  const double sigma = sigma_8bit / 255 * gain;
  const Component& chroma = info.component[1];
  const auto noise = static_cast<float>(surplus(chroma) * detail_noise(chroma) * sigma * sigma);
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
