// SPDX-License-Identifier: LGPL-2.1-or-later
// Pictures that come from files have the grain and the compression of these.
#pragma once

#include "data/footage/light_effects.h"

namespace denoiseae {

/// Gives the frames the grain and the compression of files that were stored before: soft grain of
/// up to 3 codes, another in each frame or the same in all, then JPEG of quality 55 to 95. All of
/// it belongs to the clean frames: nobody asks a denoiser to take away what a clean film has.
void stored_source(CleanFrames& frames, Rng& rng);

}  // namespace denoiseae
