// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "layout/tensor_view.h"
#include "motion/motion_field.h"

namespace denoiseae {

/// One sample of a batch, N x C x H x W, float32, channels last; valid as long as the batch.
TensorView sample_of(const torch::Tensor& t, std::int64_t sample);

/// warp_state of each sample, with its own field; what is unknown has the variance
/// kUnknownVariance. past: N x kStateChannels x H x W, float32. Differentiable with respect to
/// past.
torch::Tensor warp_state(const torch::Tensor& state, std::vector<MotionField> fields);

}  // namespace denoiseae
