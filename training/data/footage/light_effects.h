// SPDX-License-Identifier: LGPL-2.1-or-later
// The scene and its light change before a camera sees them.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "data/rng.h"

namespace denoiseae {

/// Frames without noise, all 8UC1 or all 8UC3 (BGR). None shares its pixels.
using CleanFrames = std::vector<cv::Mat>;

/// Fades from or to black or white, over 2 ... 24 frames of which the sequence shows a part.
void fade(CleanFrames& frames, Rng& rng);
/// Makes one frame much lighter, as a flash does.
void flash(CleanFrames& frames, Rng& rng);
/// Lets bands roll through the frames, as lamps at 50 or 60 Hz do: 2 to 12 % of the light.
void lamp(CleanFrames& frames, Rng& rng);
/// Changes exposure and white balance slowly, or in steps.
void exposure(CleanFrames& frames, Rng& rng);
/// Adds slow waves of 1 to 6 codes, as water and clouds have; half of the pictures lose contrast.
void wave(CleanFrames& frames, Rng& rng);
/// Distorts each frame otherwise, by waves that reach 0.5 to 6 pixels, as water, heat and leaves in
/// the wind do: detail that no motion explains, and that is no noise.
void ripples(CleanFrames& frames, Rng& rng);
/// Lets the camera stop and start: the scene stands still for some frames.
void stop_and_go(CleanFrames& frames, Rng& rng);

}  // namespace denoiseae
