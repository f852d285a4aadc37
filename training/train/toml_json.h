// SPDX-License-Identifier: LGPL-2.1-or-later
// Converts settings of architectures, which are TOML in presets and JSON everywhere else.
#pragma once

#include <toml++/toml.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace denoiseae {

/// Converts to JSON. Throws bad_argument for dates and times, which JSON does not have; key names
/// the value in the message.
nlohmann::json to_json(const toml::node& node, const std::string& key);

/// Converts an object back.
toml::table to_table(const nlohmann::json& object);

}  // namespace denoiseae
