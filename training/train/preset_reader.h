// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading the tables of a preset: every key known, every value in range. All throw bad_argument
// with the name of the key.
#pragma once

#include <denoiseae/error.h>
#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace denoiseae {

/// A choice and what presets call it.
template <typename T>
struct Named {
  const char* name;
  T value;
};

[[noreturn]] inline void fail(const std::string& key, const std::string& what) {
  throw Error(ErrorCode::bad_argument, "preset key \"" + key + "\" " + what);
}

/// Reads the keys of one table and refuses those that nobody asked for.
class Reader {
 public:
  Reader(const toml::table& table, std::string prefix)
      : table_(table), prefix_(std::move(prefix)) {}

  const toml::node* find(const std::string& key) {
    known_.insert(key);
    return table_.get(key);
  }

  void number(const std::string& key, double& value, double low, double high) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto v = node->value<double>();
    if (!v || !(*v >= low && *v <= high)) {
      std::ostringstream range;
      range << low << " to " << high;
      fail(prefix_ + key, "must be a number from " + range.str());
    }
    value = *v;
  }

  template <typename Integer>
  void whole(const std::string& key, Integer& value, std::int64_t low, std::int64_t high) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto v = node->value_exact<std::int64_t>();
    if (!v || *v < low || *v > high) {
      fail(prefix_ + key,
           "must be a whole number from " + std::to_string(low) + " to " + std::to_string(high));
    }
    value = static_cast<Integer>(*v);
  }

  void text(const std::string& key, std::string& value) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto v = node->value_exact<std::string>();
    if (!v) fail(prefix_ + key, "must be text");
    value = *v;
  }

  /// One or a list of them; "" = none.
  void texts(const std::string& key, std::vector<std::filesystem::path>& values) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    values.clear();
    const auto add = [&](const toml::node& entry) {
      const auto v = entry.value_exact<std::string>();
      if (!v) fail(prefix_ + key, "must be text or a list of texts");
      if (!v->empty()) values.emplace_back(*v);
    };
    if (const toml::array* list = node->as_array()) {
      for (const toml::node& entry : *list) add(entry);
    } else {
      add(*node);
    }
  }

  void flag(const std::string& key, bool& value) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const auto v = node->value_exact<bool>();
    if (!v) fail(prefix_ + key, "must be true or false");
    value = *v;
  }

  template <typename T, std::size_t N>
  void choice(const std::string& key, T& value, const Named<T> (&names)[N]) {
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
    fail(prefix_ + key, "is \"" + name + "\", expected one of " + known);
  }

  void done() const {
    for (const auto& [key, value] : table_) {
      if (known_.count(std::string(key.str())) != 0) continue;
      std::string known;
      for (const std::string& k : known_) known += (known.empty() ? "" : ", ") + k;
      fail(prefix_ + std::string(key.str()), "is unknown; known here: " + known);
    }
  }

 private:
  const toml::table& table_;
  std::string prefix_;
  std::set<std::string> known_;
};

/// The tables of an array of tables, each handed to read.
inline void each_table(Reader& reader, const std::string& key, const auto& read) {
  const toml::node* node = reader.find(key);
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr || array->empty()) fail(key, "must be a list of tables ([[...]])");
  for (const toml::node& entry : *array) {
    if (!entry.is_table()) fail(key, "must be a list of tables ([[...]])");
    read(*entry.as_table());
  }
}

inline void sub_table(Reader& reader, const std::string& key, const auto& read) {
  const toml::node* node = reader.find(key);
  if (node == nullptr) return;
  if (!node->is_table()) fail(key, "must be a table");
  read(*node->as_table());
}

}  // namespace denoiseae
