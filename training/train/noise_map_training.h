// SPDX-License-Identifier: LGPL-2.1-or-later
// Trains networks that estimate noise, of the architecture noise_map.
#pragma once

#include <torch/types.h>

#include <vector>

#include "train/sequence.h"

namespace denoiseae {

/// Returns the noise map of each frame in turn, N x kNoiseMapChannels x H/4 x W/4, for sequences of
/// packed planes. Motion is searched against the frame before as a denoiser would leave it: without
/// most of its noise. frames, noise: N x T x C x H x W, input and target of samples.
std::vector<torch::Tensor> run_noise_map(GraphModule& network, const torch::Tensor& frames,
                                         const torch::Tensor& noise, const SequenceMode& mode);

/// Maps tell this quantile of the levels that a block may have, because texture can leave its level
/// uncertain, and denoisers lose more by a level that is too high: with it they remove the texture.
inline constexpr double kNoiseMapQuantile = 0.35;

/// Returns the mean, over blocks, frames, luma and chroma, of 2 q log(v / s) where v is larger than
/// s, and of 2 (1 - q) log(s / v) elsewhere, with the quantile q above (Koenker & Bassett,
/// Econometrica 46(1), 1978). s is the variance that a map tells and v the mean square of the noise
/// of the block, both in codes and with the 1/12 of rounding. Where neighbours share the noise of a
/// frame, v is that of the means over 2x2 samples, times 4 x 0.95^2, if that is more: such levels
/// are what denoisers were trained with. noise: N x T x C x H x W.
torch::Tensor noise_map_loss(const std::vector<torch::Tensor>& maps, const torch::Tensor& noise);

/// Returns the mean magnitude of the error of the maps of the last frame, in dB of the level.
double noise_map_error_db(const std::vector<torch::Tensor>& maps, const torch::Tensor& noise);

}  // namespace denoiseae
