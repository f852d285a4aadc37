// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/chroma_detail.h"

#include <algorithm>
#include <cmath>

#include "frame/color.h"
#include "frame/interpolate_row.h"
#include "frame/pixel_parts.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

/// Returns the variance that white chroma noise of variance 1 has in the detail. It follows from
/// the weights with which averages of samples are interpolated.
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

/// Adds the energy of the detail in row y of the chroma samples to that of each block.
template <typename Codes>
void add_energy(const ConstFrameView& frame, const ChromaPlanes& packed, int y, int blocks,
                float* energy) {
  const FormatInfo& info = format_info(frame.format);
  const Component& chroma = info.component[1];
  const int width = info.component_width(1, frame.width);
  const int columns = 2 >> chroma.log2_sub_x;  // in a block
  for_parts(0, blocks * columns, [&](int first, int count) {
    const int inside = std::min(count, width - first);
    YCbCrPart samples, seen;
    Part squares;
    load_chroma<Codes>(frame, y, first, inside, samples);
    interpolate_row(packed.u, 0, y, first, inside, seen.cb, chroma);
    interpolate_row(packed.v, 0, y, first, inside, seen.cr, chroma);
    for (int i = 0; i < inside; ++i) {
      const float cb = samples.cb[i] - seen.cb[i];
      const float cr = samples.cr[i] - seen.cr[i];
      squares[i] = cb * cb + cr * cr;
    }
    // The last column of an odd width stands for the one that its block lacks.
    if (inside < count) squares[inside] = squares[inside - 1];
    float* const to = energy + first / columns;
    if (columns == 1)
      for (int i = 0; i < count; ++i) to[i] += squares[i];
    else
      for (int i = 0; i < count / 2; ++i) to[i] = to[i] + squares[2 * i] + squares[2 * i + 1];
  });
}

/// Measures the mean energy of the detail of each block in one row of blocks.
template <typename Codes>
void measure_energy(const ConstFrameView& frame, const ChromaPlanes& packed, int block_row,
                    int blocks, float* energy) {
  const FormatInfo& info = format_info(frame.format);
  const Component& chroma = info.component[1];
  const int columns = 2 >> chroma.log2_sub_x;
  const int rows = 2 >> chroma.log2_sub_y;
  const int last_y = info.component_height(1, frame.height) - 1;
  std::fill_n(energy, blocks, 0.0f);
  for (int i = 0; i < rows; ++i)
    add_energy<Codes>(frame, packed, std::min(rows * block_row + i, last_y), blocks, energy);
  for (int i = 0; i < blocks; ++i) energy[i] /= static_cast<float>(2 * rows * columns);
}

/// Returns the factor by which noise is taken to be stronger than it is. The energy of noise varies
/// from place to place, the more the fewer values it is measured on; three standard deviations more
/// keep the picture free of grain.
double safety_factor(const Component& chroma) {
  const int samples = (2 >> chroma.log2_sub_x) * (2 >> chroma.log2_sub_y);
  // The mean of a block's samples is no detail.
  const int values = 3 * 3 * 2 * (samples - 1);
  return 1 + 3 * std::sqrt(2.0 / values);
}

}  // namespace

ChromaDetail::ChromaDetail(PixelFormat format, int width, int height)
    : format_(format_info(format)),
      width_((width + 1) / 2),
      height_((height + 1) / 2),
      energy_(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_)),
      kept_share_(energy_.size()) {}

void ChromaDetail::measure(const ConstFrameView& frame, const ChromaPlanes& packed,
                           double sigma_8bit, ThreadPool* pool) {
  with_codes(format_, [&]<typename Codes>(const Codes&) {
    for_ranges(pool, height_, [&](int begin, int end) {
      for (int y = begin; y < end; ++y)
        measure_energy<Codes>(frame, packed, y, width_,
                              energy_.data() + static_cast<std::size_t>(y) * width_);
    });
  });
  const double gain = format_.family == ColorFamily::rgb ? rgb_chroma_noise_gain() : 1;
  const double sigma = sigma_8bit / 255 * gain;
  const Component& chroma = format_.component[1];
  const auto noise =
      static_cast<float>(safety_factor(chroma) * detail_noise(chroma) * sigma * sigma);
  for_ranges(pool, height_, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) measure_share(y, noise);
  });
}

void ChromaDetail::measure_share(int block_row, float noise) {
  const auto row = [&](std::vector<float>& values, int y) {
    return values.data() + static_cast<std::size_t>(std::clamp(y, 0, height_ - 1)) * width_;
  };
  float* __restrict const kept_share = row(kept_share_, block_row);
  if (noise == 0) {
    std::fill_n(kept_share, width_, 1.0f);
    return;
  }
  const float* const above = row(energy_, block_row - 1);
  const float* const here = row(energy_, block_row);
  const float* const below = row(energy_, block_row + 1);
  const auto measure = [=](int left, int middle, int right) {
    const float mean = (above[left] + above[middle] + above[right] + here[left] + here[middle] +
                        here[right] + below[left] + below[middle] + below[right]) /
                       9;
    const float share = (mean - noise) / mean;
    return share > 0 ? share : 0;
  };
  const int last = width_ - 1;
  kept_share[0] = measure(0, 0, std::min(1, last));
  for (int x = 1; x < last; ++x) kept_share[x] = measure(x - 1, x, x + 1);
  kept_share[last] = measure(std::max(last - 1, 0), last, last);
}

void ChromaDetail::load_noise_share(int y, int first, int count, Part& to) const {
  const Component& chroma = format_.component[1];
  const int block_row = y >> (1 - chroma.log2_sub_y);
  const float* const kept = kept_share_.data() + static_cast<std::size_t>(block_row) * width_;
  if (chroma.log2_sub_x == 1)
    for (int i = 0; i < count; ++i) to[i] = 1 - kept[first + i];
  else
    for (int i = 0; i < count; i += 2) to[i] = to[i + 1] = 1 - kept[(first + i) / 2];
}

}  // namespace denoiseae
