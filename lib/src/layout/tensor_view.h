// SPDX-License-Identifier: LGPL-2.1-or-later
// The pictures that networks read and write: what packing and engines agree on.
#pragma once

#include <cstddef>

namespace denoiseae {

/// height x width x channels floats, channels fastest, no padding. Owned by someone else.
struct TensorView {
  float* data = nullptr;
  int channels = 0;
  int height = 0;
  int width = 0;
  std::size_t size() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
};

/// Rows begin ... end - 1 of planes.
inline TensorView rows_of(const TensorView& planes, int begin, int end) {
  return {planes.data + static_cast<std::size_t>(begin) * static_cast<std::size_t>(planes.width) *
                            static_cast<std::size_t>(planes.channels),
          planes.channels, end - begin, planes.width};
}

/// The past that a graph reads and the one that it returns: kStateChannels at the size of its
/// input, in different memory. Empty for graphs without a past.
struct StateView {
  TensorView before;
  TensorView after;
};

/// Channels of the domain packed_yuv420, at half the frame's width and height: the luma samples of
/// each 2x2 block (row 0 column 0, row 0 column 1, row 1 column 0, row 1 column 1), U, V, all as
/// code / maximum code - 0.5, then the noise levels of luma and of chroma (noise_map.h).
inline constexpr int kPackedChannels = 6;
inline constexpr int kLumaNoiseChannel = 6;
inline constexpr int kChromaNoiseChannel = 7;
inline constexpr int kPackedInputChannels = 8;

/// Channels of the past of a stream: the fused planes of kPackedChannels; their variance, as a
/// share of one frame's noise: 1 after one frame, 1/n after n frames of the same, kUnknownVariance
/// before the first; the planes of the last denoised picture.
inline constexpr int kStateChannels = 13;
inline constexpr int kStateVariance = 6;
inline constexpr int kStatePicture = 7;
/// So large that the update takes the new frame whatever the gate says.
inline constexpr float kUnknownVariance = 1e6f;
/// No frame has a smaller share in the past than this.
inline constexpr float kMinGain = 0.04f;

/// Added to a noise level of 0 ... 1 before something is divided by it.
inline constexpr float kMinDeviation = 1.0f / 255;

/// A noise level enters the network as sigma / 255 times this.
inline constexpr float kNoiseLevelScale = 5.0f;

/// Channels that change_features and spatial_input return.
inline constexpr int kChangeChannels = 12;
inline constexpr int kSpatialInputChannels = 16;
/// Channels that temporal_update reads: for the fused planes, for the picture.
inline constexpr int kGateChannels = 2;

}  // namespace denoiseae
