// SPDX-License-Identifier: LGPL-2.1-or-later
// Finds the parameters of the classic filters that suit a kind of noise best.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/picture_set.h"
#include "evaluate/evaluate.h"

namespace denoiseae {

/// Returns for each filter the parameter with the best mean PSNR over the pictures, or its default
/// where there are no pictures.
std::vector<double> tuned_parameters(std::span<const std::string> baselines,
                                     const PictureSet& pictures, const NoiseSpec& noise,
                                     const EvalOptions& options);

}  // namespace denoiseae
