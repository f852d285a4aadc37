// SPDX-License-Identifier: LGPL-2.1-or-later
// Frames to network planes and back; the only place that knows what the network sees.
#pragma once

#include <denoiseae/export.h>
#include <denoiseae/frame.h>

#include "engine/engine.h"

namespace denoiseae {

/// Channels of the domain packed_yuv420, at half the frame's width and height: the luma samples of
/// each 2x2 block (row 0 column 0, row 0 column 1, row 1 column 0, row 1 column 1), U, V, all as
/// code / maximum code - 0.5, then the noise levels of luma and of chroma, constant planes.
inline constexpr int kPackedChannels = 6;
inline constexpr int kLumaNoiseChannel = 6;
inline constexpr int kChromaNoiseChannel = 7;
inline constexpr int kPackedInputChannels = 8;

/// A noise level enters the network as sigma / 255 times this.
inline constexpr float kNoiseLevelScale = 5.0f;

/// Writes channels 0 ... 5 of planes. planes may be larger than half the frame (rounded up): the
/// frame's edges replicate. Gray frames: U = V = 0. RGB frames: luma and chroma of BT.601, full
/// range, chroma averaged over 2x2 pixels.
DAE_API void pack_yuv420(const ConstFrameView& frame, const PlanesView& planes);

/// Fills one channel with a noise level, sigma_8bit in 8-bit code values.
DAE_API void fill_noise_level(const PlanesView& planes, int channel, double sigma_8bit);

/// Standard deviation of the noise in the packed planes when every component of the frame carries
/// independent noise of standard deviation 1 (the conversion of RGB to luma and half-size chroma
/// averages noise).
struct NoiseGain {
  double luma;
  double chroma;
};
DAE_API NoiseGain packed_noise_gain(const FormatInfo& format);

/// out = in - noise, rounded half up and clamped; noise holds channels 0 ... 5 as pack_yuv420 lays
/// them out. in and out may be the same memory. chroma_sigma_8bit: the noise that the frame's chroma
/// carries per component, for the detail of full-size chroma that the network does not see.
DAE_API void subtract_yuv420(const ConstFrameView& in, const PlanesView& noise,
                             double chroma_sigma_8bit, const FrameView& out);

/// Domain luma: one channel, luma scaled to 0 ... 1 (RGB: BT.601 luma). Same size as the frame.
DAE_API void pack_luma(const ConstFrameView& frame, const PlanesView& planes);

/// out = in with its luma replaced by planes (RGB: the difference is added to all components).
DAE_API void replace_luma(const ConstFrameView& in, const PlanesView& planes, const FrameView& out);

/// out = in, pixel bytes only.
DAE_API void copy_frame(const ConstFrameView& in, const FrameView& out);

}  // namespace denoiseae
