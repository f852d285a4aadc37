// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <torch/types.h>

#include "train/config.h"

namespace denoiseae {

/// Returns the mean squared error of each sample, N values.
torch::Tensor squared_error(const torch::Tensor& output, const torch::Tensor& target);

/// Returns the scalar to minimise. psnr: the mean over samples of the natural logarithm of the MSE,
/// which gives light and heavy noise the same say.
torch::Tensor loss_of(const torch::Tensor& output, const torch::Tensor& target, Loss loss);

/// Returns the mean over samples of the PSNR in dB for a peak of 1.
double mean_psnr(const torch::Tensor& squared_errors);

}  // namespace denoiseae
