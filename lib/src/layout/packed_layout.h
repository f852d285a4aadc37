// SPDX-License-Identifier: LGPL-2.1-or-later
// Describes the tensors in which networks of the representation packed_yuv420 see frames.
#pragma once

namespace denoiseae {

/// The channels of a packed frame, which has half the frame's width and height. First come the luma
/// samples of each 2x2 block (row 0 column 0, row 0 column 1, row 1 column 0, row 1 column 1), U
/// and V, all as code / maximum code - 0.5. Then come the noise levels of luma and of chroma
/// (noise/conditioning/noise_map.h).
inline constexpr int kPackedChannels = 6;
inline constexpr int kLumaNoiseChannel = 6;
inline constexpr int kChromaNoiseChannel = 7;
inline constexpr int kPackedInputChannels = 8;

/// Networks are told a noise level as sigma / 255 times this.
inline constexpr float kNoiseLevelScale = 5.0f;

}  // namespace denoiseae
