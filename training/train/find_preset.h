// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace denoiseae {

/// Returns the folders that hold presets: that of the tree that the program was built in, and
/// share/denoiseae/training of the prefix that the program lies in.
std::vector<std::filesystem::path> preset_folders();

/// Turns the name of a preset ("balanced") or a path to a TOML file into a path. A value with a
/// slash or ending in .toml is a path. Throws not_found that lists the folders and their presets.
std::filesystem::path find_preset(const std::string& name_or_path,
                                  const std::vector<std::filesystem::path>& folders);

}  // namespace denoiseae
