// SPDX-License-Identifier: LGPL-2.1-or-later
// The pictures that networks read and write: what packing and engines agree on.
#pragma once

#include <cstddef>

namespace denoiseae {

/// height x width x channels floats, channels fastest, no padding. Owned by someone else.
struct PlanesView {
  float* data = nullptr;
  int channels = 0;
  int height = 0;
  int width = 0;
  std::size_t size() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
};

/// Channels of the domain packed_yuv420, at half the frame's width and height: the luma samples of
/// each 2x2 block (row 0 column 0, row 0 column 1, row 1 column 0, row 1 column 1), U, V, all as
/// code / maximum code - 0.5, then the noise levels of luma and of chroma, constant planes.
inline constexpr int kPackedChannels = 6;
inline constexpr int kLumaNoiseChannel = 6;
inline constexpr int kChromaNoiseChannel = 7;
inline constexpr int kPackedInputChannels = 8;

/// A noise level enters the network as sigma / 255 times this.
inline constexpr float kNoiseLevelScale = 5.0f;

}  // namespace denoiseae
