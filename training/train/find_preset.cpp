// SPDX-License-Identifier: LGPL-2.1-or-later
#include "train/find_preset.h"

#include <denoiseae/error.h>

#include <set>

namespace denoiseae {

namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& value) {
  return value.find('/') != std::string::npos || value.ends_with(".toml");
}

std::set<std::string> names_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code ec;
  for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec))
    if (it->path().extension() == ".toml") names.insert(it->path().stem().string());
  return names;
}

}  // namespace

std::vector<fs::path> preset_folders() {
  std::error_code ec;
  const fs::path program = fs::canonical("/proc/self/exe", ec).parent_path();
  if (ec) return {};
  // A program that was not installed lies in BUILD/training of a build folder inside the tree.
  return {program.parent_path().parent_path() / "training" / "presets",
          program.parent_path() / "share" / "denoiseae" / "training"};
}

fs::path find_preset(const std::string& name_or_path, const std::vector<fs::path>& folders) {
  if (is_path(name_or_path)) return name_or_path;
  std::string searched;
  std::string known;
  for (const fs::path& folder : folders) {
    const fs::path path = folder / (name_or_path + ".toml");
    std::error_code ec;
    if (fs::exists(path, ec)) return path;
    searched += "\n  " + folder.string();
    for (const std::string& name : names_in(folder)) known += (known.empty() ? "" : ", ") + name;
  }
  throw Error(ErrorCode::not_found, "there is no preset named \"" + name_or_path +
                                        "\"; found: " + (known.empty() ? "none" : known) +
                                        "; searched:" + searched);
}

}  // namespace denoiseae
