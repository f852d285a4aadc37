// SPDX-License-Identifier: LGPL-2.1-or-later
// Fits a denoiser to footage without a clean picture.
#pragma once

#include <denoiseae/log.h>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace denoiseae {

struct AdaptOptions {
  std::filesystem::path footage;       ///< as load_runs reads it
  std::string model = "balanced";      ///< name or weights file to start from
  std::filesystem::path run;           ///< the run folder; an interrupted run goes on
  std::size_t frames = 256;            ///< at most so many frames of the footage are read
  std::string preset = "adapt";        ///< name or file, for a new run
  std::vector<std::string> overrides;  ///< changes of the preset, for a new run
};

struct AdaptResult {
  bool finished = false;  ///< false: stopped by request, and the same call goes on
  std::filesystem::path weights;
  /// The mean squared difference from the next frame in codes, where it matches, on frames that
  /// were held back, before and after. The noise of the next frame is a part of both, so that their
  /// difference is that of the errors against the clean frames.
  double error_before = 0;
  double error_after = 0;
};

/// Compares what the model makes of each frame with the next noisy frame, and trains it for that.
/// Writes to the run folder what a training does, and adapt.json (what it was begun with),
/// start.safetensors (the model with noise levels that suit the footage), pairs/ (the frames and
/// what they are compared with), comparison.png and README.md, a model card. Throws bad_argument
/// for footage that is too short, that has hardly any noise, whose frames are not found again in
/// the next ones, or whose noise is not new in each frame, and for a run folder that is not empty,
/// unless the same arguments began a run there that is not finished; and what loading and training
/// throw.
AdaptResult adapt(const AdaptOptions& options, const std::atomic<bool>& stop,
                  const LogCallback& log, const LogCallback& progress);

}  // namespace denoiseae
