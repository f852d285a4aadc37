// SPDX-License-Identifier: LGPL-2.1-or-later
// Footage as runs of frames that follow each other.
#pragma once

#include <denoiseae/denoiser.h>
#include <denoiseae/log.h>

#include <filesystem>
#include <memory>
#include <opencv2/core.hpp>
#include <vector>

#include "adapt/next_frame.h"

namespace denoiseae {

using FootageRun = std::vector<cv::Mat>;

/// A run has so many frames: with fewer there are no sequences to learn from.
inline constexpr std::size_t kMinRunFrames = 9;
inline constexpr std::size_t kMaxRunFrames = 16;

/// Reads runs that are spread over the footage: a video file, a folder of video files, of numbered
/// frames, or of folders of them. frames: at most so many in all, in whole
/// runs, and at least one run. Larger
/// frames are cut to a window of 960x640 pixels, elsewhere in each run. Equal arguments give equal
/// runs. Throws not_found, corrupt, and bad_argument where no run is long enough.
std::vector<FootageRun> load_runs(const std::filesystem::path& footage, std::size_t frames,
                                  const LogCallback& log);

/// Denoises a run as the beginning of a stream. Throws what the denoiser throws.
std::vector<FootageFrame> denoise_run(const std::shared_ptr<const Model>& model,
                                      const FootageRun& run, const DenoiseSettings& settings = {});

}  // namespace denoiseae
