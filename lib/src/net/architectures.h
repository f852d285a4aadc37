// SPDX-License-Identifier: LGPL-2.1-or-later
// THE table of architectures.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "net/graph.h"

namespace denoiseae {

/// How the frame reaches the network and what its output means.
enum class InputRepresentation {
  packed_yuv420,   ///< 4 luma phases, U, V (minus 0.5), luma and chroma noise level; output = noise
  noise_features,  ///< features that tell noise from detail; output = levels
                   ///< (layout/noise_map_layout.h)
  luma,  ///< the picture, 0 ... 1: luma or, with three channels, R, G, B; output = the clean one
};

const char* to_string(InputRepresentation domain) noexcept;

struct Architecture {
  std::string_view name;
  InputRepresentation domain;
  /// All settings with their defaults, JSON text.
  std::string_view default_settings;
  Graph (*build_from_complete)(const nlohmann::json& settings);

  /// The settings with the defaults of those that are missing. Throws incompatible_model for an
  /// unknown key or a wrong type.
  nlohmann::json complete(const nlohmann::json& settings) const;
  /// The graph that these settings describe; missing ones take their defaults. Throws
  /// incompatible_model as complete does, and for a value out of range.
  Graph build(const nlohmann::json& settings) const;
};

std::span<const Architecture> architectures() noexcept;
/// Throws unknown_architecture that lists the known names.
const Architecture& find_architecture(std::string_view name);

}  // namespace denoiseae
