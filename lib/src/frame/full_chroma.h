// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/frame.h>
#include <denoiseae/thread_pool.h>

#include "frame/chroma_detail.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// Takes noise from a frame of a format with more chroma than the network sees (4:2:2, 4:4:4, RGB):
/// out = in - noise, rounded half up and clamped, without alpha and padding. packed: the frame as
/// the network saw it; noise: of the same size; detail: measured on the frame. The correction of
/// chroma is interpolated, and what of the finer detail is noise goes, too. in and out may be the
/// same memory. pool: null for the calling thread alone.
void subtract_full_chroma(const ConstFrameView& in, const TensorView& packed,
                          const TensorView& noise, const ChromaDetail& detail, const FrameView& out,
                          ThreadPool* pool);

}  // namespace denoiseae
