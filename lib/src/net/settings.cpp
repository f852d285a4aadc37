// SPDX-License-Identifier: LGPL-2.1-or-later
#include "net/settings.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>

namespace denoiseae {

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

std::vector<int> setting_list(const nlohmann::json& list, const std::string& key, int low, int high,
                              std::size_t max_count) {
  if (!list.is_array() || list.size() > max_count) {
    throw Error(ErrorCode::incompatible_model,
                "setting \"" + key + "\" holds " + std::to_string(list.size()) +
                    " values, expected a list of at most " + std::to_string(max_count));
  }
  std::vector<int> result;
  for (const nlohmann::json& value : list) result.push_back(setting_int(value, key, low, high));
  return result;
}

}  // namespace denoiseae
