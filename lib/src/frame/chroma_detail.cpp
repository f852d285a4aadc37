// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/chroma_detail.h"

#include <algorithm>
#include <cmath>

#include "frame/color.h"
#include "frame/pixels.h"
#include "parallel/for_ranges.h"

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

/// Mean energy of the detail of each block in one row of blocks.
template <typename ChromaRow>
void measure_energy(const ConstFrameView& frame, const TensorView& packed, int by, int width,
                    float* energy) {
  const FormatInfo& info = format_info(frame.format);
  const Component& chroma = info.component[1];
  const int columns = 2 >> chroma.log2_sub_x;
  const int rows = 2 >> chroma.log2_sub_y;
  const int last_x = info.component_width(1, frame.width) - 1;
  const int last_y = info.component_height(1, frame.height) - 1;
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
    energy[bx] = sum / static_cast<float>(2 * rows * columns);
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

ChromaDetail::ChromaDetail(PixelFormat format, int width, int height)
    : format_(format_info(format)),
      width_((width + 1) / 2),
      height_((height + 1) / 2),
      energy_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)),
      share_(energy_.size()) {}

void ChromaDetail::measure(const ConstFrameView& frame, const TensorView& packed, double sigma_8bit,
                           ThreadPool* pool) {
  with_chroma_row(format_, [&]<typename Row> {
    for_ranges(pool, height_, [&](int begin, int end) {
      for (int y = begin; y < end; ++y)
        measure_energy<Row>(frame, packed, y, width_,
                            energy_.data() + static_cast<std::size_t>(y) * width_);
    });
  });
  const double gain = format_.family == ColorFamily::rgb ? rgb_chroma_noise_gain() : 1;
  const double sigma = sigma_8bit / 255 * gain;
  const Component& chroma = format_.component[1];
  const auto noise = static_cast<float>(surplus(chroma) * detail_noise(chroma) * sigma * sigma);
  for_ranges(pool, height_, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) measure_share(y, noise);
  });
}

void ChromaDetail::measure_share(int by, float noise) {
  for (int bx = 0; bx < width_; ++bx) {
    float sum = 0;
    for (int dy = -1; dy <= 1; ++dy) {
      for (int dx = -1; dx <= 1; ++dx) {
        const int y = std::clamp(by + dy, 0, height_ - 1);
        const int x = std::clamp(bx + dx, 0, width_ - 1);
        sum += energy_[static_cast<std::size_t>(y) * width_ + x];
      }
    }
    const float mean = sum / 9;
    share_[static_cast<std::size_t>(by) * width_ + bx] =
        mean > noise ? (mean - noise) / mean : (noise > 0 ? 0.0f : 1.0f);
  }
}

}  // namespace denoiseae
