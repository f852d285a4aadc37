// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "net/graph.h"

namespace denoiseae {

/// A small U-Net on the packed planes: 3x3 convolutions per level, 2x2 stride-2 convolutions down,
/// 1x1 convolution and depth to space up, additive skips, no normalisation. widths: channels from
/// half the frame's size downwards; encoder, decoder: 3x3 convolutions per level. residual 1: every
/// second convolution of a level adds what the one before it has read (He et al., CVPR 2016).
inline constexpr std::string_view kUnetDefaults =
    R"({"widths": [16, 32, 64], "encoder": [1, 1, 2], "decoder": [1, 1], "slope": 0.01,
        "skip": 0, "residual": 0})";

/// settings: complete.
Graph build_unet(const nlohmann::json& settings);

/// A U-Net on the running mean of the places that do not change. A gate, 3x3 convolutions of the
/// widths `gate` at a quarter of the frame's size, decides per position how much of the recurrent
/// state is kept when the frame is mixed in; the U-Net removes the noise that is left. This is the
/// recursive fusion of EMVD (Maggioni et al., CVPR 2021) at one scale, with the exact variance as
/// its clock.
inline constexpr std::string_view kRecurrentUnetDefaults =
    R"({"widths": [16, 32, 64], "encoder": [1, 1, 2], "decoder": [1, 1], "slope": 0.0,
        "skip": 0, "frame": 0, "residual": 0, "gate": [16, 16]})";

/// settings: complete.
Graph build_recurrent_unet(const nlohmann::json& settings);

}  // namespace denoiseae
