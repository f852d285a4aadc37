// SPDX-License-Identifier: LGPL-2.1-or-later
// Sets photographs in motion. The sequences are as sharp as the photographs that they come from.
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "data/rng.h"

namespace denoiseae {

/// The largest speed along each axis, in pixels per frame.
inline constexpr int kMaxSpeed = 12;

/// A square part of a photograph, 8UC1 or 8UC3, from which frames are cut. It has their size and at
/// least motion_reach() more on every side.
using Canvas = cv::Mat;

/// Returns how far synthetic motion may come from its start.
inline int motion_reach(int frames) { return kMaxSpeed * (frames - 1); }

/// Cuts frame t at t times the velocity from the middle of the canvas.
std::vector<cv::Mat> pan(const Canvas& canvas, int size, int frames, cv::Point velocity);

/// Makes a sequence of frames of size x size with a random kind of motion: still, panning by whole
/// pixels, moved and turned by parts of a pixel, crossed by something, or in changing light. A few
/// have a cut. place: returns another part of the photograph at each call.
std::vector<cv::Mat> random_motion(int size, int frames, const std::function<Canvas()>& place,
                                   Rng& rng);

}  // namespace denoiseae
