// SPDX-License-Identifier: LGPL-2.1-or-later
// Describes the recurrent state of networks for streams, and the tensors that are made of it.
#pragma once

namespace denoiseae {

/// The channels of the state. First come the fused frames (kPackedChannels). Then comes their
/// variance as a part of that of one frame's noise: it is 1 after one frame, 1/n after n frames of
/// a still picture, and kUnknownVariance before the first frame. Last comes the last denoised
/// picture (kPackedChannels).
inline constexpr int kStateChannels = 13;
inline constexpr int kStateVariance = 6;
inline constexpr int kStatePicture = 7;
/// This variance is so large that the update takes the new frame, whatever the gate says.
inline constexpr float kUnknownVariance = 1e6f;
/// No frame has a smaller share in the fused frames than this.
inline constexpr float kMinGain = 0.04f;

/// This is added to a noise level of 0 ... 1 before something is divided by it.
inline constexpr float kMinDeviation = 1.0f / 255;

/// The channels that the operations change_features and spatial_input return.
inline constexpr int kChangeChannels = 12;
inline constexpr int kSpatialInputChannels = 16;
/// The channels of the gate that temporal_update reads: one for the fused frames, one for the
/// picture.
inline constexpr int kGateChannels = 2;

}  // namespace denoiseae
