// SPDX-License-Identifier: LGPL-2.1-or-later
// The visitor that documents a preset.
#include <bit>
#include <cstdint>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "train/config.h"
#include "train/preset_keys.h"

namespace denoiseae {

namespace {

std::string code(const std::string& text) { return "`" + text + "`"; }

std::string number_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

/// Large powers of two are written as such.
std::string whole_text(std::int64_t value) {
  if (value == INT64_MAX) return "2^63 - 1";
  const auto bits = static_cast<std::uint64_t>(value);
  constexpr std::int64_t kLarge = 1 << 20;
  if (value < kLarge || !std::has_single_bit(bits)) return std::to_string(value);
  return "2^" + std::to_string(std::countr_zero(bits));
}

/// Documents one table, with its values as the defaults, and the tables within it.
class PresetDocumenter {
 public:
  static constexpr bool kDocuments = true;

  /// prefix: the name of the table with a dot, such as "training.".
  explicit PresetDocumenter(std::string prefix) : prefix_(std::move(prefix)) {}

  void text(const PresetKey& key, const std::string& value) {
    add(key, value.empty() ? "none" : code(value), "text");
  }
  void path(const PresetKey& key, const std::filesystem::path& value) {
    add(key, value.empty() ? "none" : code(value.string()), "path");
  }
  void paths(const PresetKey& key, const std::vector<std::filesystem::path>&) {
    add(key, "none", "path, or list of paths");
  }
  void flag(const PresetKey& key, bool value) {
    add(key, code(value ? "true" : "false"), "`true`, `false`");
  }
  void number(const PresetKey& key, double value, NumberRange range) {
    add(key, code(number_text(value)), number_text(range.min) + " ... " + number_text(range.max));
  }
  void whole(const PresetKey& key, auto value, WholeRange range) {
    add(key, code(std::to_string(value)),
        "whole, " + whole_text(range.min) + " ... " + whole_text(range.max));
  }
  template <typename T, std::size_t N>
  void choice(const PresetKey& key, T value, const Named<T> (&names)[N]) {
    std::string chosen, all;
    for (const Named<T>& n : names) {
      if (n.value == value) chosen = code(n.name);
      all += (all.empty() ? "" : ", ") + code(n.name);
    }
    add(key, chosen, all);
  }
  void settings(const PresetKey& key, const std::string&) {
    add(key, "those of the architecture", "table");
  }

  void table(const char* name, const auto& visit) {
    PresetDocumenter inner(prefix_ + name + ".");
    visit(inner);
    inner_tables_ += inner.markdown("[" + prefix_ + name + "]");
  }
  template <typename T>
  void tables(const char* name, const std::vector<T>&, const T& fresh, const auto& visit) {
    PresetDocumenter inner(prefix_ + name + ".");
    T row = fresh;
    visit(inner, row);
    inner_tables_ += inner.markdown("[[" + prefix_ + name + "]]");
  }

  /// A default that fails is no default.
  void check(bool ok, const char* key, const char*) {
    for (Row& row : rows_) {
      if (!ok && row.name == key) row.default_value = "required";
    }
  }

  std::string markdown(const std::string& heading) const {
    std::string text =
        "### " + heading + "\n\n| Key | Default | Values | Meaning |\n|---|---|---|---|\n";
    for (const Row& row : rows_) {
      text += "| " + code(row.name) + " | " + row.default_value + " | " + row.values + " | " +
              row.meaning + " |\n";
    }
    return text + "\n" + inner_tables_;
  }

 private:
  struct Row {
    std::string name, default_value, values, meaning;
  };

  void add(const PresetKey& key, const std::string& default_value, const std::string& values) {
    rows_.push_back({key.name, key.default_value != nullptr ? key.default_value : default_value,
                     key.values != nullptr ? key.values : values, key.meaning});
  }

  std::string prefix_;
  std::vector<Row> rows_;
  std::string inner_tables_;
};

}  // namespace

std::string preset_tables() {
  TrainConfig defaults;
  PresetDocumenter documenter("");
  visit_preset(documenter, defaults);
  return documenter.markdown("Top level");
}

}  // namespace denoiseae
