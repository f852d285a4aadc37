// SPDX-License-Identifier: LGPL-2.1-or-later
// Describes keys of presets, and the visitors that train/preset_keys.h shows them to.
#pragma once

#include <cstdint>
#include <string>

namespace denoiseae {

/// A key and what people are told about it, in Markdown.
struct PresetKey {
  const char* name;
  const char* meaning;
  const char* values = nullptr;         ///< in words, where they depend on other keys
  const char* default_value = nullptr;  ///< in words, where it depends on other keys
};

/// Throws bad_argument with the message: preset key "KEY" WHAT. key: with its tables, such as
/// "training.steps".
[[noreturn]] void fail_at_key(const std::string& key, const std::string& what);

/// The least and the largest number that a key may have.
struct NumberRange {
  double min;
  double max;
};
struct WholeRange {
  std::int64_t min;
  std::int64_t max;
};

/// A choice and what presets call it.
template <typename T>
struct Named {
  const char* name;
  T value;
};

// A visitor of a table has these members. They are called in the order in which keys are read:
//
//   text(key, std::string&), path(key, path&), paths(key, std::vector<path>&), flag(key, bool&)
//   number(key, double&, NumberRange), whole(key, Integer&, WholeRange)
//   choice(key, Enum&, names), settings(key, std::string&) of JSON text
//   table(name, visit): calls visit with the visitor of a table within this one
//   tables(name, std::vector<T>&, const T& fresh, visit): a list of such tables; visit gets the
//     visitor of each and its T, which begins as fresh
//   check(ok, key, what): what several keys must fulfil together
//   kDocuments: true for a visitor that wants to see keys of all kinds of noise

}  // namespace denoiseae
