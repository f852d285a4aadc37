// SPDX-License-Identifier: LGPL-2.1-or-later
// Cameras and players process pictures after the sensor. They do it to the clean picture, too:
// the truth is what they would make of a scene without noise. A network whose target is sharper
// than that would learn to sharpen.
#pragma once

#include "data/footage/frame_pair.h"
#include "data/rng.h"

namespace denoiseae {

/// Is weak noise reduction by a median of 3x3, or by a bilateral filter.
void median_reduction(FramePairs& pairs, Rng& rng);
void bilateral_reduction(FramePairs& pairs, Rng& rng);
/// Blurs chroma, as nearly all cameras do.
void chroma_reduction(FramePairs& pairs, Rng& rng);
/// Averages frames recursively where they differ little.
void temporal_reduction(FramePairs& pairs, Rng& rng);
/// Sharpens luma by an unsharp mask, which leaves halos along edges.
void sharpening(FramePairs& pairs, Rng& rng);
/// Enlarge a part to the whole, or reduce the whole and mirror it at the edges.
void enlargement(FramePairs& pairs, Rng& rng);
void reduction(FramePairs& pairs, Rng& rng);

}  // namespace denoiseae
