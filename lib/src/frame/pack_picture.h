// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames as whole pictures, for networks that return the clean picture: the domain luma.
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Fills planes of the frame's size, 0 ... 1. One channel: luma (of RGB formats that of BT.601).
/// Three channels: R, G, B; other formats are converted by BT.601 with full range (ITU-T T.871),
/// each chroma sample stands for all its pixels, and what leaves 0 ... 1 is clipped; of gray
/// formats R = G = B.
DAE_API void pack_picture(const ConstFrameView& frame, const TensorView& planes);

/// How much of a correction is applied, 0 ... 1. One channel has no chroma.
struct CorrectionShare {
  float luma = 1;
  float chroma = 1;
};

/// out = in + share (denoised - packed), rounded half up and clamped; alpha and padding bytes are
/// copied. packed: what pack_picture made of in; denoised: the same shape. With one channel the
/// correction of luma is added to all components of RGB, and chroma is copied. With three it
/// reaches other formats as luma and chroma, averaged over the pixels of a chroma sample. in and
/// out may be the same memory.
DAE_API void correct_picture(const ConstFrameView& in, const TensorView& packed,
                             const TensorView& denoised, CorrectionShare share,
                             const FrameView& out);

}  // namespace denoiseae
