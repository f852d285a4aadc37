// SPDX-License-Identifier: LGPL-2.1-or-later
#include "report/picture_grid.h"

#include <denoiseae/error.h>
#include <denoiseae/sharpen.h>

#include <algorithm>
#include <numeric>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "data/mat_frame.h"
#include "model/safetensors.h"

namespace denoiseae {
namespace {

constexpr int kGap = 6;
constexpr int kTextHeight = 22;
constexpr double kFontScale = 0.5;

void write_text(cv::Mat& canvas, const std::string& text, int x, int y) {
  cv::putText(canvas, text, {x, y + 15}, cv::FONT_HERSHEY_SIMPLEX, kFontScale, {40, 40, 40}, 1,
              cv::LINE_AA);
}

int text_width(const std::string& text) {
  int baseline = 0;
  return cv::getTextSize(text, cv::FONT_HERSHEY_SIMPLEX, kFontScale, 1, &baseline).width;
}

cv::Mat enlarged(const cv::Mat& picture, int cell_px) {
  cv::Mat colored = picture;
  if (picture.channels() == 1) cv::cvtColor(picture, colored, cv::COLOR_GRAY2BGR);
  const int factor = std::max(1, cell_px / std::max(picture.cols, picture.rows));
  cv::Mat result;
  cv::resize(colored, result, {}, factor, factor, cv::INTER_NEAREST);
  return result;
}

}  // namespace

cv::Mat compose_grid(std::span<const GridRow> rows, int cell_px) {
  if (rows.empty() || rows[0].pictures.empty())
    throw Error(ErrorCode::bad_argument, "a grid of pictures needs at least one picture");
  const std::size_t columns = rows[0].pictures.size();
  std::vector<std::vector<cv::Mat>> cells;
  std::vector<int> widths(columns, 0);
  int height = kGap;
  int label_width = 0;
  for (const GridRow& row : rows) {
    if (row.pictures.size() != columns)
      throw Error(ErrorCode::bad_argument, "row '" + row.label + "' of a grid holds " +
                                               std::to_string(row.pictures.size()) +
                                               " pictures, expected " + std::to_string(columns));
    std::vector<cv::Mat> line;
    int tallest = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      line.push_back(enlarged(row.pictures[c], cell_px));
      widths[c] = std::max(widths[c], line[c].cols);
      if (c < row.captions.size()) widths[c] = std::max(widths[c], text_width(row.captions[c]));
      tallest = std::max(tallest, line[c].rows);
    }
    height += tallest + kGap + (row.captions.empty() ? 0 : kTextHeight);
    label_width = std::max(label_width, text_width(row.label));
    cells.push_back(std::move(line));
  }

  const int left = label_width + 2 * kGap;
  const int width =
      std::accumulate(widths.begin(), widths.end(), left) + kGap * static_cast<int>(columns);
  cv::Mat canvas(height, width, CV_8UC3, cv::Scalar::all(255));
  int y = kGap;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    write_text(canvas, rows[r].label, kGap, y);
    int x = left;
    int tallest = 0;
    for (std::size_t c = 0; c < columns; ++c) {
      const cv::Mat& cell = cells[r][c];
      cell.copyTo(canvas(cv::Rect(x, y, cell.cols, cell.rows)));
      if (c < rows[r].captions.size()) write_text(canvas, rows[r].captions[c], x, y + cell.rows);
      x += widths[c] + kGap;
      tallest = std::max(tallest, cell.rows);
    }
    y += tallest + kGap + (rows[r].captions.empty() ? 0 : kTextHeight);
  }
  return canvas;
}

cv::Mat sharpened(const cv::Mat& picture, double amount) {
  cv::Mat result(picture.size(), picture.type());
  sharpen3x3(const_view_of(picture), view_of(result), amount, true);
  return result;
}

void write_png(const std::filesystem::path& path, const cv::Mat& picture) {
  std::vector<std::uint8_t> bytes;
  if (!cv::imencode(".png", picture, bytes))
    throw Error(ErrorCode::internal, "cannot encode '" + path.string() + "' as PNG");
  write_file_atomically(path, bytes);
}

}  // namespace denoiseae
