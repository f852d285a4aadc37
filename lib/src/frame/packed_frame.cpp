// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/packed_frame.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "frame/pixels.h"
#include "temporal/packed_luma.h"

namespace denoiseae {

namespace {

std::uint8_t code(float value) {
  return static_cast<std::uint8_t>(std::lround(std::clamp((value + 0.5f) * 255, 0.0f, 255.0f)));
}

}  // namespace

ConstFrameView PackedFrame::of(const PlanesView& planes, Workers* workers) {
  if (!frame_) frame_.emplace(PixelFormat::i420, 2 * planes.width, 2 * planes.height);
  const FrameView all = frame_->view();
  packed_luma(planes, 0, all.data[0], all.stride_bytes[0], workers);
  for_ranges(workers, planes.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const float* from = plane_row(planes, y);
      for (int x = 0; x < planes.width; ++x, from += planes.channels) {
        all.row(1, y)[x] = code(from[4]);
        all.row(2, y)[x] = code(from[5]);
      }
    }
  });
  ConstFrameView result = all;
  result.width = width_;
  result.height = height_;
  return result;
}

std::int64_t PackedFrame::memory_bytes() const {
  return frame_ ? std::int64_t{3} * frame_->width() * frame_->height() / 2 : 0;
}

}  // namespace denoiseae
