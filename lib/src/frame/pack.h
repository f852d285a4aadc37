// SPDX-License-Identifier: LGPL-2.1-or-later
// How networks of the representation packed_yuv420 see frames.
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Fills channels 0 ... 5 of some rows of the packed planes (layout/packed_layout.h), the first of
/// which is row first_row. The planes may be larger than half the frame (rounded up): the frame is
/// mirrored at its right and lower edge. Gray frames: U = V = 0. RGB frames: luma and chroma of
/// BT.601, full range, chroma averaged over 2x2 pixels.
DAE_API void pack_rows(const ConstFrameView& frame, int first_row, const TensorView& rows);

/// Whether every sample of a frame is one value of the packed planes: gray and 4:2:0. Other formats
/// have more chroma, or other components.
DAE_API bool network_sees_all_samples(const FormatInfo& format);

/// Standard deviation of the noise in the packed planes when every component of the frame carries
/// independent noise of standard deviation 1 (the conversion of RGB to luma and half-size chroma
/// averages noise).
struct NoiseGain {
  double luma;
  double chroma;
};
DAE_API NoiseGain packed_noise_gain(const FormatInfo& format);

}  // namespace denoiseae
