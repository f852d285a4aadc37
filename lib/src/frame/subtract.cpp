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

/// One row of the chroma planes from sample first_x on.
template <typename Codes>
void subtract_half_size_chroma(const ConstFrameView& in, int y, int first_x, const float* noise,
                               int channels, const FrameView& out) {
  const FormatInfo& info = format_info(in.format);
  const Codes codes(info);
  for (int c = 1; c < info.component_count; ++c) {
    if (y >= info.component_height(c, in.height)) continue;
    const int step = info.component[c].step_bytes;
    const int width = info.component_width(c, in.width);
    const std::uint8_t* from = in.component_row(c, y);
    std::uint8_t* to = out.component_row(c, y);
    const float* n = noise + 3 + c;
    for (int x = first_x; x < width; ++x)
      codes.store_unit(to + x * step, codes.load_unit(from + x * step) - n[x * channels]);
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
