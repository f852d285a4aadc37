// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads the file of a preset, with overrides.
#include <denoiseae/error.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "train/config.h"
#include "train/preset_keys.h"
#include "train/preset_reader.h"

namespace denoiseae {

namespace {

constexpr std::uintmax_t kMaxPresetBytes = 1 << 20;
/// Each point of a key begins a table in a table, and the parser walks through tables by recursion,
/// so that a file of 40 KB can end the process. Presets have points in a few keys and in numbers.
constexpr std::ptrdiff_t kMaxPoints = 1000;

void check_depth(const std::string& text, const std::string& source) {
  if (std::count(text.begin(), text.end(), '.') > kMaxPoints)
    throw Error(ErrorCode::bad_argument, source + " has more than " + std::to_string(kMaxPoints) +
                                             " points, which may nest tables too deeply");
}

void merge(toml::table& into, toml::table&& from) {
  for (auto&& [key, value] : from) {
    toml::node* old = into.get(key);
    if (old != nullptr && old->is_table() && value.is_table()) {
      merge(*old->as_table(), std::move(*value.as_table()));
    } else {
      into.insert_or_assign(key, std::move(value));
    }
  }
}

/// Parses an override such as "training.steps=100". A value that is not TOML is taken as text.
toml::table parse_override(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw Error(ErrorCode::bad_argument, "--set " + text + ": expected KEY=VALUE");
  }
  check_depth(text, "--set");
  try {
    return toml::parse(text);
  } catch (const toml::parse_error&) {
    const nlohmann::json quoted = text.substr(equals + 1);
    try {
      return toml::parse(text.substr(0, equals + 1) + quoted.dump());
    } catch (const toml::parse_error& e) {
      throw Error(ErrorCode::bad_argument, "--set " + text + ": " + std::string(e.description()));
    } catch (const nlohmann::json::exception&) {
      throw Error(ErrorCode::bad_argument, "--set " + text + ": the value is not UTF-8");
    }
  }
}

toml::table parse_file(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in || !std::filesystem::is_regular_file(file)) {
    throw Error(ErrorCode::not_found, "preset " + file.string() + " cannot be opened");
  }
  const std::uintmax_t bytes = std::filesystem::file_size(file);
  if (bytes > kMaxPresetBytes)
    throw Error(ErrorCode::bad_argument, "preset " + file.string() + " has more than " +
                                             std::to_string(kMaxPresetBytes) + " bytes");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  check_depth(text, "preset " + file.string());
  try {
    return toml::parse(text, file.string());
  } catch (const toml::parse_error& e) {
    std::ostringstream where;
    where << e.source().begin;
    throw Error(ErrorCode::bad_argument, "preset " + file.string() + ", " + where.str() + ": " +
                                             std::string(e.description()));
  }
}

}  // namespace

TrainConfig load_config(const std::filesystem::path& file,
                        const std::vector<std::string>& overrides) {
  toml::table table = parse_file(file);
  for (const std::string& text : overrides) merge(table, parse_override(text));
  TrainConfig config;
  try {
    PresetReader reader(table, "");
    visit_preset(reader, config);
    reader.done();
    const InputRepresentation domain = find_architecture(config.architecture).domain;
    // Networks that estimate noise learn from the samples of those that remove it.
    config.samples.domain =
        domain == InputRepresentation::noise_features ? InputRepresentation::packed_yuv420 : domain;
  } catch (const Error& e) {
    throw Error(e.code(), file.string() + ": " + e.what());
  }
  if (config.preset.empty()) config.preset = file.stem().string();
  return config;
}

}  // namespace denoiseae
