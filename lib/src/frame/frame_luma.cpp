// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/frame_luma.h"

#include <cstddef>

#include "frame/samples.h"
#include "layout/mirrored.h"

namespace denoiseae {

LumaView FrameLuma::of(const ConstFrameView& frame, ThreadPool* pool) {
  const FormatInfo& info = format_info(frame.format);
  if (frame.width == width_ && frame.height == height_ && info.component[0].step_bytes == 1)
    return {frame.component_row(0, 0), frame.stride_bytes[info.component[0].plane]};
  copy_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
  const auto width = static_cast<std::size_t>(frame.width);
  for_ranges(pool, height_, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      std::uint8_t* to = copy_.data() + static_cast<std::size_t>(y) * width_;
      load_8bit_codes(frame, 0, 0, mirrored(y, frame.height), {to, width});
      for (int x = frame.width; x < width_; ++x) to[x] = to[mirrored(x, frame.width)];
    }
  });
  return {copy_.data(), width_};
}

}  // namespace denoiseae
