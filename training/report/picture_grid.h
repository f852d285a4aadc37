// SPDX-License-Identifier: LGPL-2.1-or-later
// Composes pictures side by side: one row per stage (noisy, output, sharpened, clean), one column
// per picture.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <span>
#include <string>
#include <vector>

namespace denoiseae {

struct GridRow {
  std::string label;
  std::vector<cv::Mat> pictures;      ///< 8UC1 or 8UC3; a column may hold different sizes
  std::vector<std::string> captions;  ///< below the pictures ("28.31 dB"); may be empty
};

/// Returns the grid in BGR. Pictures smaller than cell_px on the longer side are enlarged by a
/// whole factor without smoothing; none is reduced. Throws bad_argument for rows of different
/// length or no picture.
cv::Mat compose_grid(std::span<const GridRow> rows, int cell_px = 160);

/// Returns the picture after sharpen3x3 with the given amount.
cv::Mat sharpened(const cv::Mat& picture, double amount = 1.0);

/// Writes a PNG next to the target and renames it. Throws unreadable.
void write_png(const std::filesystem::path& path, const cv::Mat& picture);

}  // namespace denoiseae
