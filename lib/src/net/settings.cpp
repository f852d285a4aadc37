// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/settings.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>

namespace denoiseae {

nlohmann::json complete_settings(std::string_view architecture, std::string_view defaults,
                                 const nlohmann::json& settings) {
  nlohmann::json result = nlohmann::json::parse(defaults);
  if (!settings.is_object()) {
    throw Error(ErrorCode::incompatible_model,
                "settings of architecture " + std::string(architecture) + " must be an object");
  }
  for (const auto& [key, value] : settings.items()) {
    if (!result.contains(key)) {
      throw Error(ErrorCode::incompatible_model, "architecture " + std::string(architecture) +
                                                     " has no setting \"" + key + "\"; it has " +
                                                     result.dump());
    }
    const bool same_kind =
        result[key].is_number() ? value.is_number() : result[key].type() == value.type();
    if (!same_kind) {
      throw Error(ErrorCode::incompatible_model,
                  "setting \"" + key + "\" of architecture " + std::string(architecture) + " is " +
                      value.dump() + ", expected something like " + result[key].dump());
    }
    result[key] = value;
  }
  return result;
}

int setting_int(const nlohmann::json& value, const std::string& key, int low, int high) {
  const bool whole =
      value.is_number_integer() && value.get<double>() >= low && value.get<double>() <= high;
  if (!whole) {
    throw Error(ErrorCode::incompatible_model,
                "setting \"" + key + "\" is " + value.dump() + ", expected a whole number from " +
                    std::to_string(low) + " to " + std::to_string(high));
  }
  return value.get<int>();
}

}  // namespace denoiseae
