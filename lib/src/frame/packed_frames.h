// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include <cstdint>
#include <memory>

#include "frame/frame_codes.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// Packs one frame at a time for a network, and takes the noise that the network finds out of it.
/// Any threads may pack and subtract rows between prepare and finish. pool, everywhere: null for
/// the calling thread alone.
class PackedFrames {
 public:
  virtual ~PackedFrames() = default;
  /// Passes over the whole frame before its rows are packed, and gives the frame to codes.
  virtual void prepare(FrameCodes& codes, ThreadPool* pool) = 0;
  /// Fills channels 0 ... 5 of packed rows.
  virtual void pack(int first_row, const TensorView& rows) const = 0;
  /// Takes channels 0 ... 5 of rows of noise. Each row comes once.
  virtual void subtract(int first_row, const TensorView& noise) = 0;
  /// Ends the frame. chroma_sigma_8bit: the standard deviation of the noise in its chroma.
  virtual void finish(double /*chroma_sigma_8bit*/, ThreadPool* /*pool*/) {}
  /// Whether the noise of luma was clipped to the range of the codes.
  virtual bool clips_luma() const { return false; }
  virtual std::int64_t memory_bytes() const { return 0; }
};

/// Takes frames in memory, which have one format and size. Writes out = in - noise, rounded half up
/// and clamped, and copies alpha and padding bytes. Where chroma has more samples than the network
/// sees, its noise is interpolated, and a local Wiener filter for noise of chroma_sigma_8bit
/// removes the noise from the detail that is too fine for the network.
class FramePacking : public PackedFrames {
 public:
  /// in and out may be the same memory. The caller must leave them as they are until finish.
  void set_frame(const ConstFrameView& in, const FrameView& out) {
    in_ = in;
    out_ = out;
  }
  /// In RGB frames the three colours are clipped and not luma.
  bool clips_luma() const override { return format_info(in_.format).family != ColorFamily::rgb; }

 protected:
  ConstFrameView in_;
  FrameView out_;
};

/// Makes the packing for frames of one format and size. packed: the shape of the packed planes,
/// which may be larger than half the frame. Allocates all memory. Throws bad_alloc.
std::unique_ptr<FramePacking> make_frame_packing(PixelFormat format, int width, int height,
                                                 const TensorView& packed);

}  // namespace denoiseae
