// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns frames into whole pictures and back, for networks of the representation luma, which return
// the clean picture.
#pragma once

#include <denoiseae/frame.h>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Fills planes of the frame's size with 0 ... 1. One channel holds luma; that of RGB formats is
/// BT.601's. Three channels hold R, G and B. YUV formats are converted by BT.601 with full range
/// (ITU-T T.871): each chroma sample stands for all its pixels, and values outside 0 ... 1 are
/// clipped. Gray formats give R = G = B.
void pack_picture(const ConstFrameView& frame, const TensorView& planes);

/// The share of a correction that is applied, 0 ... 1. Networks of one channel leave chroma alone.
struct CorrectionShare {
  float luma = 1;
  float chroma = 1;
};

/// Writes out = in + share (denoised - packed), rounded half up and clamped, and copies alpha and
/// padding bytes. packed: the result of pack_picture for in; denoised: has the same shape. With one
/// channel the correction of luma is added to all components of RGB, and chroma is copied. With
/// three channels it becomes a correction of luma and chroma in YUV formats, averaged over the
/// pixels of a chroma sample. in and out may be the same memory.
void correct_picture(const ConstFrameView& in, const TensorView& packed, const TensorView& denoised,
                     CorrectionShare share, const FrameView& out);

}  // namespace denoiseae
