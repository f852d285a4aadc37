// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames whose samples are fields of bits, converted to direct formats and back.
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

namespace denoiseae {

/// Fills a frame of the direct format of coded with its samples. pool, in all functions: null for
/// the calling thread alone.
void decode_frame(const ConstFrameView& coded, const FrameView& direct, ThreadPool* pool);

/// Fills a frame with the samples of direct, and takes alpha and unused bits from the frame before.
/// before, out: of the same format and size; they may be the same memory.
void encode_frame(const ConstFrameView& before, const ConstFrameView& direct, const FrameView& out,
                  ThreadPool* pool);

/// A frame as its direct format: the frame itself, or a copy. Throws as Frame does.
class DirectFrame {
 public:
  DirectFrame(const ConstFrameView& frame, ThreadPool* pool);
  ConstFrameView view() const { return view_; }

 private:
  Frame copy_;
  ConstFrameView view_;
};

/// Calls body(in, out) with frames of the direct format, and leaves what it writes in out. in, out:
/// of the same format and size; they may be the same memory, and body must allow that.
template <typename Body>
void with_direct_frames(const ConstFrameView& in, const FrameView& out, ThreadPool* pool,
                        const Body& body) {
  if (format_info(in.format).is_direct()) {
    body(in, out);
    return;
  }
  const DirectFrame before(in, pool);
  Frame after(format_info(in.format).direct, in.width, in.height);
  body(before.view(), after.view());
  encode_frame(in, after.view(), out, pool);
}

}  // namespace denoiseae
