// SPDX-License-Identifier: LGPL-2.1-or-later
// Turns frames into the input of networks of the representation packed_yuv420.
#pragma once

#include <denoiseae/frame.h>

#include "layout/tensor_view.h"

namespace denoiseae {

/// Fills channels 0 ... 5 of some rows of the packed planes (layout/packed_layout.h), the first of
/// which is row first_row. Where the planes are larger than half the frame, the frame is mirrored
/// at its right and lower edge. U and V of gray frames are 0. RGB frames are converted to luma and
/// chroma of BT.601 in full range, and chroma is averaged over 2x2 pixels.
void pack_rows(const ConstFrameView& frame, int first_row, const TensorView& rows);

/// Tells whether every sample of a frame is one value of the packed planes, as with gray and 4:2:0.
/// Other formats have more chroma, or other components.
bool network_sees_all_samples(const FormatInfo& format);

/// The standard deviation of the noise in the packed planes when every component of the frame
/// carries independent noise of standard deviation 1. It is smaller, because the conversion of RGB
/// to luma and half-size chroma averages noise.
struct NoiseGain {
  double luma;
  double chroma;
};
NoiseGain packed_noise_gain(const FormatInfo& format);

}  // namespace denoiseae
