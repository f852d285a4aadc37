// SPDX-License-Identifier: LGPL-2.1-or-later
// A network of one size on pictures of any size.
#pragma once

#include <memory>

#include "engine/engine.h"

namespace denoiseae {

/// An engine for pictures of height x width from one that runs the graph at its fixed size: cuts
/// each picture into overlapping tiles, runs them in batches and blends the results. What the
/// network says about a tile depends on where the tile lies, so this is for studying such networks,
/// not for quality. Throws out_of_memory.
std::unique_ptr<Engine> make_tiled_engine(std::unique_ptr<Engine> engine, const Graph& graph,
                                          int height, int width);

}  // namespace denoiseae
