// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <memory>

#include "frame/frame_codes.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// One frame at a time as a network sees it, and the noise that the network finds taken out of it.
/// Between prepare and finish rows are packed and subtracted by any threads. pool, everywhere: null
/// for the calling thread alone.
class PackedFrames {
 public:
  virtual ~PackedFrames() = default;
  /// The pass over the whole frame that comes before its rows: shows the frame to codes.
  /// with_chroma: whether codes.frame() is read, too.
  virtual void prepare(FrameCodes& codes, bool with_chroma, ThreadPool* pool) = 0;
  /// Fills channels 0 ... 5 of packed rows.
  virtual void pack(int first_row, const TensorView& rows) const = 0;
  /// Takes rows of noise, channels 0 ... 5, each row once.
  virtual void subtract(int first_row, const TensorView& noise) = 0;
  /// Ends the frame. chroma_sigma_8bit: standard deviation of the noise in the frame's chroma.
  virtual void finish(double /*chroma_sigma_8bit*/, ThreadPool* /*pool*/) {}
  virtual std::int64_t memory_bytes() const { return 0; }
};

/// Frames in memory, of one format and size. out = in - noise, rounded half up and clamped; alpha
/// and padding bytes are copied. Where chroma has more samples than the network sees, its
/// correction is interpolated, and chroma detail finer than the network's passes through a local
/// Wiener filter for noise of chroma_sigma_8bit.
class FramePacking : public PackedFrames {
 public:
  /// in and out may be the same memory, and stay as they are until finish.
  void set_frame(const ConstFrameView& in, const FrameView& out) {
    in_ = in;
    out_ = out;
  }

 protected:
  ConstFrameView in_;
  FrameView out_;
};

/// packed: the shape of the packed planes, which may be larger than half the frame. Allocates all
/// memory. Throws bad_alloc.
DAE_API std::unique_ptr<FramePacking> make_frame_packing(PixelFormat format, int width, int height,
                                                         const TensorView& packed);

}  // namespace denoiseae
