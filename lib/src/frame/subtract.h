// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>

#include "frame/codes.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// Takes noise from the pixels under some packed rows, the first of which is row first_row, of a
/// format of which the network sees all samples: out = in - noise, rounded half up and clamped. in
/// and out may be the same memory.
void subtract_rows(const ConstFrameView& in, int first_row, const TensorView& noise,
                   const FrameView& out);

/// The channel of packed planes that holds the luma of pixel (x, y).
inline int luma_channel(int x, int y) { return (y & 1) * 2 + (x & 1); }

/// Takes noise from one row of luma, from pixel x on. noise: the packed row that holds it.
template <typename Codes>
void subtract_luma(const ConstFrameView& in, int y, int x, const float* noise, int channels,
                   const FrameView& out) {
  const Codes codes(format_info(in.format));
  const int step = format_info(in.format).component[0].step_bytes;
  const std::uint8_t* from = in.component_row(0, y);
  std::uint8_t* to = out.component_row(0, y);
  for (; x < in.width; ++x) {
    const float value = noise[(x / 2) * channels + luma_channel(x, y)];
    codes.store_unit(to + x * step, codes.load_unit(from + x * step) - value);
  }
}

}  // namespace denoiseae
