// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <vector>

#include "engine/torch/graph_module.h"
#include "layout/noise_floor.h"
#include "train/batch_plan.h"

namespace denoiseae {

/// Returns settings for single frames that are hardly noisy, on which a network's own error is
/// measured: white noise of 0.5 to 5 codes. of_training: the network's settings, of the domain
/// packed_yuv420.
SampleSettings hardly_noisy(const SampleSettings& of_training, int patch_px);

/// Finds the error e of least squares: with it the network's result times t^2 / (t^2 + e^2), for
/// the level t of a sample, is nearest to the noise. Each sample counts by its error in parts of
/// its noise. samplers: of hardly noisy samples.
NoiseFloor measure_noise_floor(GraphModule& network, const std::vector<WeightedSampler>& samplers);

}  // namespace denoiseae
