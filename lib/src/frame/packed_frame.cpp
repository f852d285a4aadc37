// SPDX-License-Identifier: LGPL-2.1-or-later
#include "frame/packed_frame.h"

#include "frame/codes.h"
#include "frame/pixels.h"
#include "motion/packed_luma.h"

namespace denoiseae {

ConstFrameView PackedFrame::of(const TensorView& planes, ThreadPool* pool) {
  if (!frame_) frame_.emplace(PixelFormat::i420, 2 * planes.width, 2 * planes.height);
  const FrameView all = frame_->view();
  packed_luma(planes, 0, all.data[0], all.stride_bytes[0], pool);
  for_ranges(pool, planes.height, [&](int begin, int end) {
    for (int y = begin; y < end; ++y) {
      const float* from = plane_row(planes, y);
      for (int x = 0; x < planes.width; ++x, from += planes.channels) {
        all.row(1, y)[x] = unit_to_code(from[4] + 0.5f);
        all.row(2, y)[x] = unit_to_code(from[5] + 0.5f);
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
