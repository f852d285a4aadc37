// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/frame_luma.h"

#include <algorithm>
#include <cstddef>

namespace denoiseae {

LumaView FrameLuma::of(const ConstFrameView& frame) {
  if (frame.width == width_ && frame.height == height_)
    return {frame.component_row(0, 0),
            frame.stride_bytes[format_info(frame.format).component[0].plane]};
  copy_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
  for (int y = 0; y < height_; ++y) {
    const std::uint8_t* from = frame.component_row(0, std::min(y, frame.height - 1));
    std::uint8_t* to = copy_.data() + static_cast<std::size_t>(y) * width_;
    std::copy_n(from, frame.width, to);
    std::fill(to + frame.width, to + width_, from[frame.width - 1]);
  }
  return {copy_.data(), width_};
}

}  // namespace denoiseae
