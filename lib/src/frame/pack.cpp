// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/pack.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "frame/block_rows.h"
#include "frame/color.h"
#include "frame/pixel_parts.h"
#include "frame/row_parts.h"
#include "kernels/packing/packing.h"
#include "layout/mirrored.h"
#include "layout/packed_layout.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

namespace {

constexpr int kPartBlocks = kPartSamples / 2;

/// A part of a row of packed planes: the luma of its two rows of pixels, and one sample of U and V
/// for each block.
struct PackedPart {
  Part top;
  Part bottom;
  Part u;
  Part v;
};

/// Averages the samples of one component that lie in each block. The frame is mirrored at its
/// edges.
template <typename Codes>
void load_half_size(const ConstFrameView& frame, int c, int y, int first, int count, Part& to) {
  const FormatInfo& info = format_info(frame.format);
  const int columns = 2 >> info.component[c].log2_sub_x;
  const int rows = 2 >> info.component[c].log2_sub_y;
  const int height = info.component_height(c, frame.height);
  std::fill_n(to.begin(), count, 0.0f);
  for (int i = 0; i < rows; ++i) {
    Part samples;
    load_part<Codes>(frame, c, mirrored(y * rows + i, height), first * columns, count * columns,
                     samples);
    if (columns == 1)
      for (int x = 0; x < count; ++x) to[x] += samples[x];
    else
      for (int x = 0; x < count; ++x) to[x] = to[x] + samples[2 * x] + samples[2 * x + 1];
  }
  const float scale = 1.0f / static_cast<float>(rows * columns);
  for (int x = 0; x < count; ++x) to[x] = to[x] * scale - 0.5f;
}

/// Reads count blocks of row y of the blocks of a gray or YUV frame, from block first on.
template <typename Codes>
void load_blocks(const ConstFrameView& frame, int y, int first, int count, PackedPart& to) {
  load_part<Codes>(frame, 0, mirrored(2 * y, frame.height), 2 * first, 2 * count, to.top);
  load_part<Codes>(frame, 0, mirrored(2 * y + 1, frame.height), 2 * first, 2 * count, to.bottom);
  for (Part* luma : {&to.top, &to.bottom})
    for (int i = 0; i < 2 * count; ++i) (*luma)[i] -= 0.5f;
  if (format_info(frame.format).family == ColorFamily::gray) {
    std::fill_n(to.u.begin(), count, 0.0f);
    std::fill_n(to.v.begin(), count, 0.0f);
  } else {
    load_half_size<Codes>(frame, 1, y, first, count, to.u);
    load_half_size<Codes>(frame, 2, y, first, count, to.v);
  }
}

float mean_of_block(const Part& top, const Part& bottom, int i) {
  return (top[2 * i] + top[2 * i + 1] + bottom[2 * i] + bottom[2 * i + 1]) / 4;
}

/// Reads count blocks of row y of the blocks of an RGB frame, from block first on.
template <typename Codes>
void load_rgb_blocks(const ConstFrameView& frame, int y, int first, int count, PackedPart& to) {
  RgbPart rgb;
  YCbCrPart top, bottom;
  load_rgb<Codes>(frame, mirrored(2 * y, frame.height), 2 * first, 2 * count, rgb);
  to_ycbcr(rgb, 2 * count, top);
  load_rgb<Codes>(frame, mirrored(2 * y + 1, frame.height), 2 * first, 2 * count, rgb);
  to_ycbcr(rgb, 2 * count, bottom);
  for (int i = 0; i < 2 * count; ++i) {
    to.top[i] = top.y[i] - 0.5f;
    to.bottom[i] = bottom.y[i] - 0.5f;
  }
  for (int i = 0; i < count; ++i) {
    to.u[i] = mean_of_block(top.cb, bottom.cb, i);
    to.v[i] = mean_of_block(top.cr, bottom.cr, i);
  }
}

void write_blocks(const PackedPart& part, int count, int channels, float* out) {
  for (int i = 0; i < count; ++i, out += channels) {
    std::copy_n(&part.top[2 * i], 2, out);
    std::copy_n(&part.bottom[2 * i], 2, out + 2);
    out[4] = part.u[i];
    out[5] = part.v[i];
  }
}

void pack_whole_blocks(const ConstFrameView& frame, int y, int count, float* out) {
  const FormatInfo& info = format_info(frame.format);
  if (info.depth == 8)
    best_packing().pack(block_rows(frame, y), count, out);
  else
    best_packing().pack_words(block_rows(frame, y), words_of(info), count, out);
}

template <typename Codes>
void pack_codes(const ConstFrameView& frame, int first_row, const TensorView& rows) {
  const FormatInfo& info = format_info(frame.format);
  const bool fast = has_blocks(info) && rows.channels == kPackedInputChannels;
  const auto load = info.family == ColorFamily::rgb ? load_rgb_blocks<Codes> : load_blocks<Codes>;
  for (int y = first_row; y < first_row + rows.height; ++y) {
    float* const out = row_of(rows, y - first_row);
    const bool is_whole = 2 * y + 1 < frame.height;
    int first = fast && is_whole ? std::min(frame.width / 2, rows.width) : 0;
    if (first != 0) pack_whole_blocks(frame, y, first, out);
    for (; first < rows.width; first += kPartBlocks) {
      const int count = std::min(kPartBlocks, rows.width - first);
      PackedPart part;
      load(frame, y, first, count, part);
      write_blocks(part, count, rows.channels, out + std::ptrdiff_t{first} * rows.channels);
    }
  }
}

}  // namespace

bool network_sees_all_samples(const FormatInfo& format) {
  return format.family == ColorFamily::gray ||
         (format.component[1].log2_sub_x == 1 && format.component[1].log2_sub_y == 1);
}

void pack_rows(const ConstFrameView& frame, int first_row, const TensorView& rows) {
  with_codes(format_info(frame.format),
             [&]<typename Codes>(const Codes&) { pack_codes<Codes>(frame, first_row, rows); });
}

NoiseGain packed_noise_gain(const FormatInfo& format) {
  switch (format.family) {
    case ColorFamily::gray:
      return {1, 0};
    case ColorFamily::yuv: {
      const int samples =
          (2 >> format.component[1].log2_sub_x) * (2 >> format.component[1].log2_sub_y);
      return {1, 1 / std::sqrt(static_cast<double>(samples))};
    }
    case ColorFamily::rgb:
      break;
  }
  return {rgb_luma_noise_gain(), rgb_chroma_noise_gain() / 2};
}

}  // namespace denoiseae
