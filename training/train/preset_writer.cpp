// SPDX-License-Identifier: LGPL-2.1-or-later
// The visitor that writes a preset.
#include <denoiseae/error.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "model/safetensors.h"
#include "train/config.h"
#include "train/preset_keys.h"
#include "train/toml_json.h"

namespace denoiseae {

namespace {

class PresetWriter {
 public:
  static constexpr bool kDocuments = false;

  void text(const PresetKey& key, const std::string& value) { put(key.name, value); }
  void path(const PresetKey& key, const std::filesystem::path& value) {
    put(key.name, value.string());
  }
  void paths(const PresetKey& key, const std::vector<std::filesystem::path>& values) {
    toml::array list;
    for (const std::filesystem::path& value : values) list.push_back(value.string());
    put(key.name, std::move(list));
  }
  void flag(const PresetKey& key, bool value) { put(key.name, value); }
  void number(const PresetKey& key, double value, NumberRange) { put(key.name, value); }
  void whole(const PresetKey& key, auto value, WholeRange) {
    put(key.name, static_cast<std::int64_t>(value));
  }
  template <typename T, std::size_t N>
  void choice(const PresetKey& key, T value, const Named<T> (&names)[N]) {
    for (const Named<T>& n : names) {
      if (n.value == value) return put(key.name, std::string(n.name));
    }
    throw Error(ErrorCode::internal, "a choice without a name");
  }
  void settings(const PresetKey& key, const std::string& value) {
    put(key.name, to_table(nlohmann::json::parse(value)));
  }

  void table(const char* name, const auto& visit) {
    PresetWriter writer;
    visit(writer);
    put(name, std::move(writer.table_));
  }
  /// A list without tables is left out: the reader would refuse it.
  template <typename T>
  void tables(const char* name, std::vector<T>& rows, const T&, const auto& visit) {
    if (rows.empty()) return;
    toml::array list;
    for (T& row : rows) {
      PresetWriter writer;
      visit(writer, row);
      list.push_back(std::move(writer.table_));
    }
    put(name, std::move(list));
  }
  void check(bool, const char*, const char*) {}

  const toml::table& done() const { return table_; }

 private:
  template <typename Value>
  void put(const char* name, Value&& value) {
    table_.insert(name, std::forward<Value>(value));
  }

  toml::table table_;
};

}  // namespace

std::string to_toml(const TrainConfig& config) {
  TrainConfig visited = config;  // visitors may change what they see
  PresetWriter writer;
  visit_preset(writer, visited);
  std::ostringstream out;
  out << writer.done() << "\n";
  return out.str();
}

void save_config(const TrainConfig& config, const std::filesystem::path& run) {
  const std::string text = to_toml(config);
  write_file_atomically(run / "config.toml", text);
}

}  // namespace denoiseae
