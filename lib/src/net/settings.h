// SPDX-License-Identifier: LGPL-2.1-or-later
// Values of the settings of an architecture.
#pragma once

#include <denoiseae/export.h>

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace denoiseae {

/// A whole number between two bounds. Throws incompatible_model.
DAE_API int setting_int(const nlohmann::json& value, const std::string& key, int low, int high);

}  // namespace denoiseae
