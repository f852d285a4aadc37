// SPDX-License-Identifier: LGPL-2.1-or-later
// The visitor that reads a preset. It knows every key, and checks that every value is in range.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "train/preset_visitor.h"

namespace denoiseae {

/// Reads one table. Keys that it does not hold keep their values. All but done throws bad_argument
/// for a value of another type or out of range.
class PresetReader {
 public:
  static constexpr bool kDocuments = false;

  /// prefix: the name of the table in messages, with a dot, such as "training.".
  PresetReader(const toml::table& table, std::string prefix)
      : table_(table), prefix_(std::move(prefix)) {}

  void text(const PresetKey& key, std::string& value);
  void path(const PresetKey& key, std::filesystem::path& value);
  /// Takes one text or a list of them; "" is none.
  void paths(const PresetKey& key, std::vector<std::filesystem::path>& values);
  void flag(const PresetKey& key, bool& value);
  void number(const PresetKey& key, double& value, NumberRange range);
  void settings(const PresetKey& key, std::string& value);

  template <typename Integer>
  void whole(const PresetKey& key, Integer& value, WholeRange range) {
    auto number = static_cast<std::int64_t>(value);
    read_whole(key, number, range);
    value = static_cast<Integer>(number);
  }

  /// Reads the name of a choice; "" keeps the value.
  template <typename T, std::size_t N>
  void choice(const PresetKey& key, T& value, const Named<T> (&names)[N]) {
    std::string name;
    text(key, name);
    if (name.empty()) return;
    std::string known;
    for (const Named<T>& n : names) {
      if (name == n.name) {
        value = n.value;
        return;
      }
      known += std::string(known.empty() ? "" : ", ") + n.name;
    }
    fail_at_key(prefix_ + key.name, "is \"" + name + "\", expected one of " + known);
  }

  void table(const char* name, const auto& visit) {
    const toml::node* node = find(name);
    if (node == nullptr) return;
    if (!node->is_table()) fail_at_key(name, "must be a table");
    read_table(*node->as_table(), name, visit);
  }

  template <typename T>
  void tables(const char* name, std::vector<T>& rows, const T& fresh, const auto& visit) {
    const toml::node* node = find(name);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr || array->empty()) fail_list(name);
    rows.clear();
    for (const toml::node& entry : *array) {
      if (!entry.is_table()) fail_list(name);
      T row = fresh;
      read_table(*entry.as_table(), name, [&](PresetReader& reader) { visit(reader, row); });
      rows.push_back(row);
    }
  }

  void check(bool ok, const char* key, const char* what) {
    if (!ok && failed_key_.empty()) {
      failed_key_ = prefix_ + key;
      failure_ = what;
    }
  }

  /// Throws bad_argument for a key that nobody asked for, then for the first check that failed: a
  /// misspelt key is the usual cause of the second.
  void done() const;

 private:
  const toml::node* find(const std::string& key);
  void read_whole(const PresetKey& key, std::int64_t& value, WholeRange range);
  [[noreturn]] static void fail_list(const char* name);

  void read_table(const toml::table& table, const char* name, const auto& visit) const {
    PresetReader reader(table, prefix_ + name + ".");
    visit(reader);
    reader.done();
  }

  const toml::table& table_;
  std::string prefix_;
  std::set<std::string> known_;
  std::string failed_key_;  ///< the key of the first check that failed
  std::string failure_;
};

}  // namespace denoiseae
