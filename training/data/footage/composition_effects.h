// SPDX-License-Identifier: LGPL-2.1-or-later
// Things are laid over or beside a picture after the camera. They have no noise.
#pragma once

#include "data/footage/frame_pair.h"
#include "data/rng.h"

namespace denoiseae {

/// Covers edges with bars, black or of another colour, on one side or two.
void bars(FramePairs& pairs, Rng& rng);
/// Lays a small picture over the large one. One of them has noise.
void inset(FramePairs& pairs, Rng& rng);
/// Takes the noise from one side of a line.
void split_screen(FramePairs& pairs, Rng& rng);
/// Lays a sign over a corner, opaque or not.
void logo(FramePairs& pairs, Rng& rng);
/// Writes text near the lower edge, for all of the sequence or a part.
void subtitles(FramePairs& pairs, Rng& rng);

}  // namespace denoiseae
