// SPDX-License-Identifier: LGPL-2.1-or-later
// Which frames of a camera a sequence shows. Each returns as many numbers of the camera's frames
// as the sequence has frames, from 0 on and never falling.
#pragma once

#include <vector>

#include "data/rng.h"

namespace denoiseae {

using ShownFrames = std::vector<int>;

/// Shows every frame twice.
ShownFrames twice(int frames, Rng& rng);
/// Shows frames three times and twice in turn, as films at 60 Hz.
ShownFrames three_two(int frames, Rng& rng);
/// Shows frames again at random.
ShownFrames random_repeats(int frames, Rng& rng);
/// Leaves frames out, at most kMaxDropped of them.
ShownFrames dropped_frames(int frames, Rng& rng);
inline constexpr int kMaxDropped = 4;
/// Stands still for some frames, and then goes on where it stopped.
ShownFrames freeze(int frames, Rng& rng);

}  // namespace denoiseae
