// SPDX-License-Identifier: LGPL-2.1-or-later
#include <denoiseae/error.h>
#include <denoiseae/model.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

#include "model/manifest.h"
#include "system/library_path.h"
#include "system/translate_errors.h"

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

constexpr char kFileName[] = "weights.safetensors";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Folders that hold one folder per model, in the order of the search.
std::vector<fs::path> places() {
  std::vector<fs::path> result;
  // A place is searched, and named in messages, once.
  const auto add = [&](const fs::path& place) {
    if (std::find(result.begin(), result.end(), place) == result.end()) result.push_back(place);
  };
  std::istringstream list(environment("DENOISEAE_MODEL_PATH"));
  for (std::string entry; std::getline(list, entry, ':');) {
    if (!entry.empty()) add(entry);
  }
  // A library that was not installed lies in BUILD/lib of a build folder inside the source tree.
  const fs::path folder = library_folder();
  const fs::path tree = folder.parent_path().parent_path();
  std::error_code ignored;
  if (!tree.empty() && fs::exists(tree / "lib" / "include" / "denoiseae", ignored)) {
    add(tree / "models");
  }
  const std::string data_home = environment("XDG_DATA_HOME");
  const std::string home = environment("HOME");
  if (!data_home.empty()) {
    add(fs::path(data_home) / "denoiseae" / "models");
  } else if (!home.empty()) {
    add(fs::path(home) / ".local" / "share" / "denoiseae" / "models");
  }
  // A prefix may have been moved since it was configured.
  const fs::path configured = DAE_MODELS_DIR;
  if (!folder.empty())
    add((folder / configured.lexically_relative(DAE_LIBRARY_DIR)).lexically_normal());
  // A program that the library is linked into lies in the folder of programs.
  if (!folder.empty()) add((folder / ".." / "share" / "denoiseae" / "models").lexically_normal());
  add(configured);
  return result;
}

bool is_path(std::string_view value) {
  return value.find('/') != std::string_view::npos || value.ends_with(".safetensors");
}

std::vector<std::string> names_of_models() {
  std::set<std::string> names;
  for (const fs::path& place : places()) {
    std::error_code ec;
    for (fs::directory_iterator it(place, ec), end; !ec && it != end; it.increment(ec)) {
      std::error_code ignored;
      if (fs::exists(it->path() / kFileName, ignored)) names.insert(it->path().filename().string());
    }
  }
  return {names.begin(), names.end()};
}

/// A file that cannot be used counts as one, so that whoever picks it is told what is wrong.
bool denoises(const fs::path& weights) {
  try {
    return holds_denoiser(weights);
  } catch (const Error&) {
    return true;
  }
}

fs::path find_path(std::string_view name_or_path) {
  if (is_path(name_or_path)) return fs::path(name_or_path);
  if (name_or_path.empty() || name_or_path == "." || name_or_path == "..") {
    throw Error(ErrorCode::not_found,
                "\"" + std::string(name_or_path) + "\" is neither the name of a model nor a path");
  }
  std::string searched;
  ErrorCode lack = ErrorCode::not_found;
  for (const fs::path& place : places()) {
    std::error_code ec;
    fs::path path = place / name_or_path / kFileName;
    if (fs::exists(path, ec)) return path;
    searched += "\n  " + place.string();
    // The search goes on, because a service may run without the right to look into its home.
    if (!ec) continue;
    lack = ErrorCode::unreadable;
    searched += ": cannot be examined: " + ec.message();
  }
  std::string known;
  for (const std::string& name : names_of_models()) known += (known.empty() ? "" : ", ") + name;
  throw Error(lack, "there is no model named \"" + std::string(name_or_path) +
                        "\"; found: " + (known.empty() ? "none" : known) +
                        "; searched (set DENOISEAE_MODEL_PATH to add a folder):" + searched);
}

}  // namespace

fs::path find_model(std::string_view name_or_path) {
  return translate_errors([&] { return "the search for " + std::string(name_or_path); },
                          [&] { return find_path(name_or_path); });
}

std::vector<std::string> available_models() {
  return translate_errors(
      [] { return "the list of models"; },
      [] {
        std::vector<std::string> names = names_of_models();
        std::erase_if(names, [](const std::string& name) { return !denoises(find_path(name)); });
        return names;
      });
}

}  // namespace denoiseae
