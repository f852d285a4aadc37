// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/subtract.h"

#include <algorithm>

#include "frame/block_rows.h"
#include "kernels/packing/packing.h"
#include "layout/packed_layout.h"

namespace denoiseae {

namespace {

void subtract_blocks(const ConstFrameView& in, int y, int blocks, const float* noise,
                     const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  const BlockRows<const std::uint8_t> from = block_rows(in, y);
  const BlockRows<std::uint8_t> to = block_rows(out, y);
  if (info.depth == 8)
    best_packing().subtract(from, noise, blocks, to);
  else
    best_packing().subtract_words(from, words_of(info), noise, blocks, to);
}

/// Takes noise from row y of both chroma planes, from sample begin on.
template <typename Codes>
void subtract_half_size_chroma(const ConstFrameView& in, int y, int begin, const float* noise,
                               int channels, const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  for (int c = 1; c < info.component_count; ++c) {
    if (y >= info.component_height(c, in.height)) continue;
    for_parts(begin, info.component_width(c, in.width), [&](int first, int count) {
      Part values;
      load_part<Codes>(in, c, y, first, count, values);
      const float* difference = noise + std::ptrdiff_t{first} * channels + 3 + c;
      for (int i = 0; i < count; ++i) values[i] -= difference[std::ptrdiff_t{i} * channels];
      store_part<Codes>(out, c, y, first, count, values);
    });
  }
}

template <typename Codes>
void subtract_codes(const ConstFrameView& in, int first_row, const TensorView& noise,
                    const FrameView& out) {
  const bool fast = has_blocks(format_info(in.format)) && noise.channels == kPackedChannels;
  const int end = std::min(first_row + noise.height, (in.height + 1) / 2);
  for (int y = first_row; y < end; ++y) {
    const float* row = row_of(noise, y - first_row);
    const bool is_whole = 2 * y + 1 < in.height;
    const int blocks = fast && is_whole ? in.width / 2 : 0;
    if (blocks != 0) subtract_blocks(in, y, blocks, row, out);
    subtract_luma<Codes>(in, 2 * y, 2 * blocks, row, noise.channels, out);
    if (is_whole) subtract_luma<Codes>(in, 2 * y + 1, 2 * blocks, row, noise.channels, out);
    subtract_half_size_chroma<Codes>(in, y, blocks, row, noise.channels, out);
  }
}

}  // namespace

void subtract_rows(const ConstFrameView& in, int first_row, const TensorView& noise,
                   const FrameView& out) {
  with_codes(format_info(in.format), [&]<typename Codes>(const Codes&) {
    subtract_codes<Codes>(in, first_row, noise, out);
  });
}

}  // namespace denoiseae
