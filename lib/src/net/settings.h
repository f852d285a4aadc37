// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of the settings of an architecture.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace denoiseae {

/// A whole number between two bounds. Throws incompatible_model.
int setting_int(const nlohmann::json& value, const std::string& key, int low, int high);
/// A list of at most max_count such numbers. Throws incompatible_model.
std::vector<int> setting_list(const nlohmann::json& list, const std::string& key, int low, int high,
                              std::size_t max_count);

}  // namespace denoiseae
