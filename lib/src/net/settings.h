// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading the settings of an architecture: every key known, every value in range.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace denoiseae {

/// The settings over their defaults. Throws incompatible_model for a key or a type that the
/// defaults do not have.
nlohmann::json complete_settings(std::string_view architecture, std::string_view defaults,
                                 const nlohmann::json& settings);

/// A whole number between two bounds. Throws incompatible_model.
int setting_int(const nlohmann::json& value, const std::string& key, int low, int high);

}  // namespace denoiseae
