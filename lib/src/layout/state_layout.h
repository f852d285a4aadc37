// SPDX-License-Identifier: LGPL-2.1-or-later
// The recurrent state of networks for streams, and the tensors that are made of it.
#pragma once

namespace denoiseae {

/// Channels of the state: the fused frames (kPackedChannels); their variance, as a share of one
/// frame's noise: 1 after one frame, 1/n after n frames of the same, kUnknownVariance before the
/// first; the last denoised picture (kPackedChannels).
inline constexpr int kStateChannels = 13;
inline constexpr int kStateVariance = 6;
inline constexpr int kStatePicture = 7;
/// So large that the update takes the new frame whatever the gate says.
inline constexpr float kUnknownVariance = 1e6f;
/// No frame has a smaller share in the fused frames than this.
inline constexpr float kMinGain = 0.04f;

/// Added to a noise level of 0 ... 1 before something is divided by it.
inline constexpr float kMinDeviation = 1.0f / 255;

/// Channels that change_features and spatial_input return.
inline constexpr int kChangeChannels = 12;
inline constexpr int kSpatialInputChannels = 16;
/// Channels of the gate that temporal_update reads: for the fused frames, for the picture.
inline constexpr int kGateChannels = 2;

}  // namespace denoiseae
