// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>

#include <algorithm>
#include <cstddef>

#include "frame/row_parts.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// Takes noise from the pixels under some packed rows, the first of which is row first_row: out =
/// in - noise, rounded half up and clamped. The network must see all samples of the format. in and
/// out may be the same memory.
void subtract_rows(const ConstFrameView& in, int first_row, const TensorView& noise,
                   const FrameView& out);

/// Returns the channel of packed planes that holds the luma of pixel (x, y).
inline int luma_channel(int x, int y) { return (y & 1) * 2 + (x & 1); }

/// Gathers count luma samples of row y from the packed row that holds them, from pixel first on,
/// which is even.
inline void load_packed_luma(const float* packed_row, int channels, int y, int first, int count,
                             Part& to) {
  const float* from = packed_row + std::ptrdiff_t{first / 2} * channels + luma_channel(0, y);
  for (int i = 0; i < count; i += 2, from += channels) std::copy_n(from, 2, &to[i]);
}

/// Takes noise from row y of luma, from pixel begin on, which is even. noise: the packed row that
/// holds it.
template <typename Codes>
void subtract_luma(const ConstFrameView& in, int y, int begin, const float* noise, int channels,
                   const FrameView& out) {
  for_parts(begin, in.width, [&](int first, int count) {
    Part values, difference;
    load_part<Codes>(in, 0, y, first, count, values);
    load_packed_luma(noise, channels, y, first, count, difference);
    for (int i = 0; i < count; ++i) values[i] -= difference[i];
    store_part<Codes>(out, 0, y, first, count, values);
  });
}

}  // namespace denoiseae
