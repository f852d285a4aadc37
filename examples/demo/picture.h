// SPDX-License-Identifier: LGPL-2.1-or-later
// The picture of the demo: panels side by side, each with a magnified detail below it.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace demo {

struct Panel {
  std::string title;
  std::string subtitle;
  cv::Mat bgr;  ///< all panels: the same size
};

/// The detail is the window, a quarter of the picture wide and high, that holds the most structure
/// in the last panel. Throws std::runtime_error when the file cannot be written.
void write_picture(const std::filesystem::path& path, const std::vector<Panel>& panels);

}  // namespace demo
