// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells what fitting a denoiser to footage has gained.
#pragma once

#include <memory>
#include <opencv2/core.hpp>
#include <span>
#include <vector>

#include "adapt/adapt.h"
#include "adapt/footage_runs.h"
#include "train/config.h"

namespace denoiseae {

/// Details of one frame.
struct AdaptDetail {
  cv::Mat noisy;
  cv::Mat before;
  cv::Mat after;
};

struct AdaptGain {
  double error_before = 0;  ///< as in AdaptResult
  double error_after = 0;
  std::vector<AdaptDetail> details;  ///< one of each of the first three runs
};

/// Denoises the runs with both models. Throws what the denoiser throws.
AdaptGain measure_gain(const std::shared_ptr<const Model>& before,
                       const std::shared_ptr<const Model>& after, std::span<const FootageRun> runs);

/// Writes the details: noisy, before, after. Throws unreadable.
void write_comparison(const AdaptGain& gain, const std::filesystem::path& png);

/// Writes the model card. runs: of the footage. Throws unreadable.
void write_card(const AdaptOptions& options, const Model& model, const TrainConfig& config,
                std::size_t runs, const AdaptGain& gain, const std::filesystem::path& path);

}  // namespace denoiseae
