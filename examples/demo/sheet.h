// SPDX-License-Identifier: LGPL-2.1-or-later
// Draws the picture of the demo.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "picture.h"

namespace demo {

struct Panel {
  std::string title;
  std::string subtitle;
  Picture picture;  ///< has one size in all panels
};

/// Writes the panels side by side into a PNG file, each with a magnified detail below it. The
/// detail is a quarter of the picture wide and high, and lies where the last panel has the most
/// structure. Throws std::runtime_error with the message of the element that failed.
void write_sheet(const std::filesystem::path& path, const std::vector<Panel>& panels);

}  // namespace demo
