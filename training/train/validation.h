// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <vector>

#include "engine/torch/graph_module.h"
#include "train/batch_plan.h"
#include "train/config.h"

namespace denoiseae {

/// The quality of a network on pictures that it was not trained on. Error and PSNR are means over
/// the samples and the last half of their frames, rounded up, because a recurrent network needs the
/// first half to settle.
struct ValidationResult {
  double loss = 0;
  double mse = 0;
  double psnr = 0;  ///< dB
  /// Only for networks that estimate noise, which have neither mse nor psnr: the mean magnitude of
  /// the error of the levels of blocks, in dB, of the last frame.
  double level_error_db = 0;
};

/// Returns the PSNR, or the error of levels for networks that estimate noise.
double quality_db(const TrainConfig& config, const ValidationResult& result);

/// Measures a network on the samples of config, which are the same each time.
ValidationResult validate(GraphModule& network, const std::vector<WeightedSampler>& samplers,
                          const TrainConfig& config);

/// Writes noisy, denoised and clean samples as one picture. Throws unreadable.
void draw_samples(GraphModule& network, const std::vector<WeightedSampler>& samplers,
                  const TrainConfig& config, const std::filesystem::path& png);

}  // namespace denoiseae
