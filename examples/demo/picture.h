// SPDX-License-Identifier: LGPL-2.1-or-later
// Draws the picture of the demo.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace demo {

struct Panel {
  std::string title;
  std::string subtitle;
  cv::Mat bgr;  ///< has one size in all panels
};

/// Writes the panels side by side, each with a magnified detail below it. The detail is a quarter
/// of the picture wide and high, and lies where the last panel has the most structure. Throws
/// std::runtime_error when the file cannot be written.
void write_picture(const std::filesystem::path& path, const std::vector<Panel>& panels);

}  // namespace demo
