// SPDX-License-Identifier: LGPL-2.1-or-later
// Content that no lens has seen, in place of the photograph.
#pragma once

#include "data/footage/light_effects.h"

namespace denoiseae {

/// Lets a page of text scroll, or stand still: antialiased, dark on light or light on dark.
void text_page(CleanFrames& frames, Rng& rng);
/// Shows flat shapes with sharp edges, as drawings, diagrams and windows have.
void flat_graphics(CleanFrames& frames, Rng& rng);

/// Returns a word, or some words, of 1 to most letters.
std::string random_words(int most, Rng& rng);

}  // namespace denoiseae
