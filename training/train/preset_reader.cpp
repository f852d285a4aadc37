// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/preset_reader.h"

#include <denoiseae/error.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "train/toml_json.h"

namespace denoiseae {

void fail_at_key(const std::string& key, const std::string& what) {
  throw Error(ErrorCode::bad_argument, "preset key \"" + key + "\" " + what);
}

void PresetReader::text(const PresetKey& key, std::string& value) {
  const toml::node* node = find(key.name);
  if (node == nullptr) return;
  const auto v = node->value_exact<std::string>();
  if (!v) fail_at_key(prefix_ + key.name, "must be text");
  value = *v;
}

void PresetReader::path(const PresetKey& key, std::filesystem::path& value) {
  std::string name = value.string();
  text(key, name);
  value = name;
}

void PresetReader::paths(const PresetKey& key, std::vector<std::filesystem::path>& values) {
  const toml::node* node = find(key.name);
  if (node == nullptr) return;
  values.clear();
  const auto add = [&](const toml::node& entry) {
    const auto v = entry.value_exact<std::string>();
    if (!v) fail_at_key(prefix_ + key.name, "must be text or a list of texts");
    if (!v->empty()) values.emplace_back(*v);
  };
  if (const toml::array* list = node->as_array()) {
    for (const toml::node& entry : *list) add(entry);
  } else {
    add(*node);
  }
}

void PresetReader::flag(const PresetKey& key, bool& value) {
  const toml::node* node = find(key.name);
  if (node == nullptr) return;
  const auto v = node->value_exact<bool>();
  if (!v) fail_at_key(prefix_ + key.name, "must be true or false");
  value = *v;
}

void PresetReader::number(const PresetKey& key, double& value, NumberRange range) {
  const toml::node* node = find(key.name);
  if (node == nullptr) return;
  const auto v = node->value<double>();
  if (!v || !(*v >= range.min && *v <= range.max)) {
    std::ostringstream text;
    text << "must be a number from " << range.min << " to " << range.max;
    fail_at_key(prefix_ + key.name, text.str());
  }
  value = *v;
}

void PresetReader::read_whole(const PresetKey& key, std::int64_t& value, WholeRange range) {
  const toml::node* node = find(key.name);
  if (node == nullptr) return;
  const auto v = node->value_exact<std::int64_t>();
  if (!v || *v < range.min || *v > range.max) {
    fail_at_key(prefix_ + key.name, "must be a whole number from " + std::to_string(range.min) +
                                        " to " + std::to_string(range.max));
  }
  value = *v;
}

void PresetReader::settings(const PresetKey& key, std::string& value) {
  const toml::node* node = find(key.name);
  if (node == nullptr) return;
  if (!node->is_table()) fail_at_key(key.name, "must be a table");
  value = to_json(*node, key.name).dump();
}

void PresetReader::done() const {
  for (const auto& [key, value] : table_) {
    const std::string name(key.str());
    if (known_.contains(name)) continue;
    std::string known;
    for (const std::string& k : known_) known += (known.empty() ? "" : ", ") + k;
    fail_at_key(prefix_ + name, "is unknown; known here: " + known);
  }
  if (!failed_key_.empty()) fail_at_key(failed_key_, failure_);
}

const toml::node* PresetReader::find(const std::string& key) {
  known_.insert(key);
  return table_.get(key);
}

void PresetReader::fail_list(const char* name) {
  fail_at_key(name, "must be a list of tables ([[...]])");
}

}  // namespace denoiseae
