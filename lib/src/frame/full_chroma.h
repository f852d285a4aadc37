// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include "frame/chroma_detail.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// Noise in the layout of packed planes: the four channels of luma, and chroma.
struct FullChromaNoise {
  TensorView luma;
  ChromaPlanes chroma;
};

/// Takes noise from a frame of a format with more chroma than the network sees (4:2:2, 4:4:4, RGB):
/// out = in - noise, rounded half up and clamped. The noise of chroma is interpolated, and the part
/// of the finer detail that is noise is taken away, too. packed: the chroma that the network saw;
/// noise: has the same size; detail: was measured on the frame. Leaves alpha and padding bytes
/// alone. in and out may be the same memory. pool: null for the calling thread alone.
void subtract_full_chroma(const ConstFrameView& in, const ChromaPlanes& packed,
                          const FullChromaNoise& noise, const ChromaDetail& detail,
                          const FrameView& out, ThreadPool* pool);

}  // namespace denoiseae
