// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes the input and the target of a packed sample from clean frames.
#pragma once

#include <opencv2/core.hpp>
#include <span>

#include "data/rng.h"
#include "data/sample_noise.h"
#include "layout/tensor_view.h"

namespace denoiseae {

struct SampleSettings;

/// The colours of all frames of a sample.
struct PackedColors {
  bool gray = false;
  bool limited_range = false;  ///< luma 16 ... 235, chroma 16 ... 240
};

/// These are the two ways to fill a sample: input gets the noisy frames with their noise levels,
/// target gets the noise. frames: 8UC1 or 8UC3 (BGR), one for each of the planes that follow each
/// other in memory from input and target on. level: in the unit of the model, or of the camera.
/// gains: multiply the noise of each frame before it is rounded; empty = 1. The noise levels that
/// are written do not follow them.
void add_model_noise(std::span<const cv::Mat> frames, PackedColors colors, NoiseModel model,
                     double level, const SampleSettings& settings, Rng& rng,
                     const TensorView& input, const TensorView& target,
                     std::span<const double> gains = {});
void add_camera_noise(std::span<const cv::Mat> frames, PackedColors colors, const CameraNoise& kind,
                      double level, const SampleSettings& settings, Rng& rng,
                      const TensorView& input, const TensorView& target,
                      std::span<const double> gains = {});

/// Writes one clean frame, 8UC1 or 8UC3 (BGR), to channels 0 ... kPackedChannels - 1.
void pack_frame(const cv::Mat& frame, PackedColors colors, const TensorView& planes);

}  // namespace denoiseae
