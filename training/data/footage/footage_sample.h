// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes a packed sample of what users have: footage that was lit, composed, timed and compressed.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "data/footage/footage_plan.h"
#include "data/footage/footage_settings.h"
#include "data/footage/frame_pair.h"
#include "data/footage/light_effects.h"
#include "data/rng.h"
#include "layout/tensor_view.h"

namespace denoiseae {

/// The scene in front of the camera, and the noise that it gets. noisy, noise, clean: tensors that
/// follow each other in memory, one for each frame. gains: one for each frame, or none.
struct FootageScene {
  std::function<CleanFrames(int frames)> clean_frames;
  std::function<void(std::span<const cv::Mat> frames, const TensorView& clean)> pack;
  std::function<void(std::span<const cv::Mat> frames, std::span<const double> gains,
                     const TensorView& noisy, const TensorView& noise)>
      add_noise;
  double level_error = 0;
};

/// Films a scene as planned, in so many frames.
FramePairs film(const FootageScene& scene, const FootagePlan& plan, int frames, int plane_size,
                Rng& rng);

/// Draws a plan and footage of a scene. input, target: as of a packed Sampler, for so many frames.
/// The told noise levels are the root mean square of each frame's noise, wrong by the level error.
void draw_footage(const FootageScene& scene, const FootageSettings& settings, int frames, Rng& rng,
                  const TensorView& input, const TensorView& target);

/// Writes a sequence, and the noise levels that are told, which are as of draw_footage.
void pack_sequence(const FramePairs& sequence, double level_error, Rng& rng, TensorView input,
                   TensorView target);
/// Returns packed planes of any channels, at least kPackedChannels, as a frame, rounded and
/// clipped. minus: subtracted before rounding; nullptr = nothing.
cv::Mat i420_of(const TensorView& planes, const TensorView* minus = nullptr);
/// Writes a pair to the first kPackedChannels of both: the noisy frame, and noisy - clean.
void pack_pair(const FramePair& pair, const TensorView& input, const TensorView& target);

}  // namespace denoiseae
