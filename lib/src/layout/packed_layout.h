// SPDX-License-Identifier: LGPL-2.1-or-later
// How frames lie in the tensors of networks of the representation packed_yuv420.
#pragma once

namespace denoiseae {

/// Channels of a packed frame, at half the frame's width and height: the luma samples of each 2x2
/// block (row 0 column 0, row 0 column 1, row 1 column 0, row 1 column 1), U, V, all as
/// code / maximum code - 0.5, then the noise levels of luma and of chroma (noise_map.h).
inline constexpr int kPackedChannels = 6;
inline constexpr int kLumaNoiseChannel = 6;
inline constexpr int kChromaNoiseChannel = 7;
inline constexpr int kPackedInputChannels = 8;

/// A noise level enters the network as sigma / 255 times this.
inline constexpr float kNoiseLevelScale = 5.0f;

}  // namespace denoiseae
