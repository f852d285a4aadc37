// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>

#include <cstdint>
#include <vector>

#include "motion/luma_pyramid.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

/// The luma of frames at the size of packed planes: their first component as 8-bit codes, whose
/// edges mirror. Not thread-safe.
class DAE_API FrameLuma {
 public:
  /// width, height: of the plane, at least those of the frames.
  FrameLuma(int width, int height) : width_(width), height_(height) {}

  /// Valid as long as the frame, until the next call. Copies frames of another size and deeper
  /// ones; allocates at the first of them, throws bad_alloc. pool: null for the calling thread
  /// alone.
  LumaView of(const ConstFrameView& frame, ThreadPool* pool = nullptr);
  std::int64_t memory_bytes() const { return static_cast<std::int64_t>(copy_.size()); }

 private:
  int width_;
  int height_;
  std::vector<std::uint8_t> copy_;
};

}  // namespace denoiseae
