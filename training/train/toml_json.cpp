// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/toml_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "train/preset_visitor.h"

namespace denoiseae {

namespace {

toml::array to_array(const nlohmann::json& list);

/// Calls take with a JSON value as TOML.
void convert(const nlohmann::json& value, const auto& take) {
  if (value.is_object()) {
    take(to_table(value));
  } else if (value.is_array()) {
    take(to_array(value));
  } else if (value.is_boolean()) {
    take(value.get<bool>());
  } else if (value.is_number_integer()) {
    take(value.get<std::int64_t>());
  } else if (value.is_number()) {
    take(value.get<double>());
  } else {
    take(value.get<std::string>());
  }
}

toml::array to_array(const nlohmann::json& list) {
  toml::array array;
  for (const nlohmann::json& value : list) {
    convert(value, [&](auto&& v) { array.push_back(std::forward<decltype(v)>(v)); });
  }
  return array;
}

}  // namespace

nlohmann::json to_json(const toml::node& node, const std::string& key) {
  if (const auto* table = node.as_table()) {
    nlohmann::json result = nlohmann::json::object();
    for (const auto& [k, v] : *table) {
      const std::string name(k.str());
      std::string path = key;
      path.append(".").append(name);
      result[name] = to_json(v, path);
    }
    return result;
  }
  if (const auto* array = node.as_array()) {
    nlohmann::json result = nlohmann::json::array();
    for (const auto& v : *array) result.push_back(to_json(v, key));
    return result;
  }
  if (const auto* v = node.as_integer()) return v->get();
  if (const auto* v = node.as_floating_point()) return v->get();
  if (const auto* v = node.as_boolean()) return v->get();
  if (const auto* v = node.as_string()) return v->get();
  fail_at_key(key, "has a type that presets do not use");
}

toml::table to_table(const nlohmann::json& object) {
  toml::table table;
  for (const auto& [key, value] : object.items()) {
    convert(value,
            [&table, &key = key](auto&& v) { table.insert(key, std::forward<decltype(v)>(v)); });
  }
  return table;
}

}  // namespace denoiseae
