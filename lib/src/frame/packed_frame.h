// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>

#include <cstdint>
#include <optional>

#include "layout/tensor_view.h"
#include "parallel/for_ranges.h"

namespace denoiseae {

/// Packed planes as an I420 frame: what the network sees of frames of other formats, for what takes
/// frames. Not thread-safe.
class PackedFrame {
 public:
  /// width, height: of the frames that the planes come from.
  PackedFrame(int width, int height) : width_(width), height_(height) {}

  /// Channels 0 ... 5 of planes, rounded to 8-bit codes and clamped; around the frame lies what
  /// else the planes hold. Valid until the next call. Allocates at the first one, throws bad_alloc.
  /// pool: null for the calling thread alone.
  ConstFrameView of(const TensorView& planes, ThreadPool* pool = nullptr);
  std::int64_t memory_bytes() const;

 private:
  int width_;
  int height_;
  std::optional<Frame> frame_;  ///< of all the planes
};

}  // namespace denoiseae
