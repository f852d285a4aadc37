// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <denoiseae/export.h>
#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "planes.h"
#include "temporal/motion_field.h"

namespace denoiseae {

/// One sample of a batch, N x C x H x W, float32, channels last; valid as long as the batch.
DAE_API PlanesView sample_of(const torch::Tensor& t, std::int64_t sample);

/// align_past of each sample, with its own field; what is unknown has the variance kForgotten.
/// past: N x kPastChannels x H x W, float32. Differentiable with respect to past.
DAE_API torch::Tensor align_past(const torch::Tensor& past, std::vector<MotionField> fields);

}  // namespace denoiseae
