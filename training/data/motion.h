// SPDX-License-Identifier: LGPL-2.1-or-later
// Photographs set in motion: sequences that are as sharp as the photograph they come from.
#pragma once

#include <functional>
#include <opencv2/core.hpp>
#include <vector>

#include "data/rng.h"

namespace denoiseae {

/// Along each axis, in pixels per frame.
inline constexpr int kMaxSpeed = 12;

/// A square part of a photograph, 8UC1 or 8UC3, that frames are cut from: their size and at least
/// motion_reach() more on every side.
using Canvas = cv::Mat;

/// How far synthetic motion may come from where it starts.
inline int motion_reach(int frames) { return kMaxSpeed * (frames - 1); }

/// Frame t shows what lies t velocity from the middle of the canvas.
std::vector<cv::Mat> pan(const Canvas& canvas, int size, int frames, cv::Point velocity);

/// frames pictures of size x size of a random kind: still, panning by whole pixels, moved and
/// turned by parts of a pixel, with something that crosses the picture, in changing light; a few
/// with a cut. place: another part of the photograph at each call.
std::vector<cv::Mat> random_motion(int size, int frames, const std::function<Canvas()>& place,
                                   Rng& rng);

}  // namespace denoiseae
