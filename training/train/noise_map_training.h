// SPDX-License-Identifier: LGPL-2.1-or-later
// Trains networks that estimate noise, of the architecture noise_map.
#pragma once

#include <torch/types.h>

#include <vector>

#include "train/sequence.h"

namespace denoiseae {

/// Returns the noise map of each frame in turn, N x kNoiseMapChannels x H/8 x W/8, for sequences of
/// packed planes. Motion is searched against the frame before as a denoiser would leave it: without
/// most of its noise. frames, noise: N x T x C x H x W, input and target of samples.
std::vector<torch::Tensor> run_noise_map(GraphModule& network, const torch::Tensor& frames,
                                         const torch::Tensor& noise, const SequenceMode& mode);

/// Returns the mean, over blocks, frames, luma and chroma, of log s + v / s. s is the variance that
/// a map tells and v the mean square of the noise of the block, both in codes and with the 1/12 of
/// rounding. Where neighbours share the noise of a frame, v is that of the means over 2x2 samples,
/// times 4 x 0.95^2, if that is more: such levels are what denoisers were trained with. This is,
/// but for constants, the negative log-likelihood of v if it follows a Gamma distribution of mean
/// s; its minimum is at s = v. Where v / s is above 8 it grows as its logarithm, because single
/// blocks would otherwise rule the gradient. noise: N x T x C x H x W.
torch::Tensor noise_map_loss(const std::vector<torch::Tensor>& maps, const torch::Tensor& noise);

/// Returns the mean magnitude of the error of the maps of the last frame, in dB of the level.
double noise_map_error_db(const std::vector<torch::Tensor>& maps, const torch::Tensor& noise);

}  // namespace denoiseae
