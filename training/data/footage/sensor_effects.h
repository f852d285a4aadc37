// SPDX-License-Identifier: LGPL-2.1-or-later
// Noise that sensors have beside that of each pixel in each frame. The clean pictures stay.
#pragma once

#include <cstdint>
#include <vector>

#include "data/footage/frame_pair.h"
#include "data/rng.h"

namespace denoiseae {

/// Returns normal deviates, 32FC1.
cv::Mat deviates(cv::Size size, double sigma, std::uint64_t seed);

/// Returns a gain of the noise for each frame: 1 up to some frame, 0.2 ... 5 from there on.
std::vector<double> gain_jump(int frames, Rng& rng);

/// Add noise that all pixels of a row or column share, the same in all frames or new in each.
void row_noise(FramePairs& pairs, Rng& rng);
void column_noise(FramePairs& pairs, Rng& rng);
/// Lets a few pixels shine in all frames.
void hot_pixels(FramePairs& pairs, Rng& rng);
/// Adds a weak pattern that stays.
void fixed_pattern(FramePairs& pairs, Rng& rng);
/// Adds coarse noise to chroma, as strong in the dark as in the light.
void chroma_blotches(FramePairs& pairs, Rng& rng);
/// Takes the noise of luma away, or of chroma.
void clean_luma(FramePairs& pairs, Rng& rng);
void clean_chroma(FramePairs& pairs, Rng& rng);

}  // namespace denoiseae
