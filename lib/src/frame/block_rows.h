// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>

#include "kernels/packing/packing.h"

namespace denoiseae {

/// Tells whether kernels/packing knows the format, which must be 4:2:0 with a plane of luma.
inline bool has_blocks(const FormatInfo& info) {
  const Component& luma = info.component[0];
  const Component& chroma = info.component[1];
  return info.family == ColorFamily::yuv && luma.step_bytes == info.sample_bytes() &&
         chroma.log2_sub_x == 1 && chroma.log2_sub_y == 1 &&
         chroma.step_bytes <= 2 * info.sample_bytes();
}

/// Returns rows 2 y and 2 y + 1 of luma, and row y of chroma.
template <typename Byte>
BlockRows<Byte> block_rows(const BasicFrameView<Byte>& frame, int y) {
  return {frame.component_row(0, 2 * y), frame.component_row(0, 2 * y + 1),
          frame.component_row(1, y), frame.component_row(2, y),
          format_info(frame.format).component[1].step_bytes};
}

}  // namespace denoiseae
