// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "net/graph.h"

namespace denoiseae {

/// A small U-Net on the packed planes: 3x3 convolutions per level, 2x2 stride-2 convolutions down,
/// 1x1 convolution and depth to space up, additive skips, no normalisation. widths: channels from
/// half the frame's size downwards; encoder, decoder: 3x3 convolutions per level.
inline constexpr std::string_view kUnetDefaults =
    R"({"widths": [16, 32, 64], "encoder": [1, 1, 2], "decoder": [1, 1], "slope": 0.01})";

Graph build_unet(const nlohmann::json& settings);

}  // namespace denoiseae
