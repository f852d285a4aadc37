// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "net/graph.h"

namespace denoiseae {

/// The autoencoder with a dense latent of the founding paper: per filter count a 3x3 convolution of
/// stride 2, activation, batch norm; dense latent; the mirror image with transposed convolutions; a
/// last transposed convolution to the picture's channels and a sigmoid. width, height: of the
/// picture, in pixels, multiples of the total stride; depth: its channels, 1 = luma, 3 = R, G, B.
inline constexpr std::string_view kPaperDefaults =
    R"({"width": 28, "height": 28, "depth": 1, "filters": [32, 64], "latent": 16,
        "activation": "leaky_relu", "slope": 0.01})";

/// settings: complete.
Graph build_paper(const nlohmann::json& settings);

}  // namespace denoiseae
