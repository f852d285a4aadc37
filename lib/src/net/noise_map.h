// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "net/graph.h"

namespace denoiseae {

/// Estimates the noise of a frame from features of its cells (kernels/noise_cells/noise_cells.h). A
/// small U-Net: `cell` convolutions of 1x1 at the cells; then levels of `widths` channels, the
/// first at an eighth of the frame's size, the second at a sixteenth, the others coarser, so that
/// blocks full of detail learn from flat ones around them. Each level begins with a convolution of
/// 2x2 and stride 2 and has `encoder` convolutions of 3x3. On the way back from the coarsest level
/// to the second one, 1x1 convolutions and depth to space, additive skips, and `decoder`
/// convolutions of 3x3, the first entry at the second level. Of each position there, a last 1x1
/// convolution and depth to space make the levels of 2x2 blocks.
inline constexpr std::string_view kNoiseMapDefaults =
    R"({"cell": 0, "widths": [24, 32, 48, 64], "encoder": [0, 0, 1, 1], "decoder": [1, 0],
        "slope": 0.0})";

/// settings: complete. The output has kNoiseMapChannels channels: luma and chroma.
Graph build_noise_map(const nlohmann::json& settings);

}  // namespace denoiseae
