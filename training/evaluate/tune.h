// SPDX-License-Identifier: LGPL-2.1-or-later
// The parameters of the classic filters that suit a kind of noise best.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/picture_set.h"
#include "evaluate/evaluate.h"

namespace denoiseae {

/// For each filter the one of its parameters with the best mean PSNR over the pictures; its default
/// where there are no pictures.
std::vector<double> tuned_parameters(std::span<const std::string> baselines,
                                     const PictureSet& pictures, const NoiseSpec& noise,
                                     const EvalOptions& options);

}  // namespace denoiseae
