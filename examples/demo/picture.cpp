// SPDX-License-Identifier: LGPL-2.1-or-later
#include "picture.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace demo {
namespace {

constexpr int kPanelWidth = 480;
constexpr int kGap = 12;
constexpr int kTitleHeight = 64;
const cv::Scalar kPaper(255, 255, 255);
const cv::Scalar kInk(40, 40, 40);
const cv::Scalar kFrame(0, 215, 255);

cv::Mat luma(const cv::Mat& bgr) {
  cv::Mat gray;
  cv::cvtColor(bgr, gray, cv::COLOR_BGR2GRAY);
  return gray;
}

cv::Rect detail_window(const cv::Mat& bgr) {
  const cv::Size size(std::max(1, bgr.cols / 4), std::max(1, bgr.rows / 4));
  cv::Mat energy;
  cv::Mat dx;
  cv::Mat dy;
  const cv::Mat gray = luma(bgr);
  cv::Sobel(gray, dx, CV_32F, 1, 0);
  cv::Sobel(gray, dy, CV_32F, 0, 1);
  // The magnitude is not squared, because the window with the hardest edge would win then.
  cv::magnitude(dx, dy, energy);
  cv::boxFilter(energy, energy, -1, size, cv::Point(0, 0));
  cv::Point best;
  const cv::Rect inside(0, 0, bgr.cols - size.width + 1, bgr.rows - size.height + 1);
  cv::minMaxLoc(energy(inside), nullptr, nullptr, nullptr, &best);
  return {best, size};
}

void write_line(cv::Mat& sheet, const std::string& text, cv::Point at, double scale) {
  cv::putText(sheet, text, at, cv::FONT_HERSHEY_DUPLEX, scale, kInk, 1, cv::LINE_AA);
}

}  // namespace

void write_picture(const std::filesystem::path& path, const std::vector<Panel>& panels) {
  const cv::Size frame = panels.back().bgr.size();
  const cv::Rect window = detail_window(panels.back().bgr);
  const cv::Size cell(
      kPanelWidth,
      std::max(1, static_cast<int>(std::lround(double(kPanelWidth) * frame.height / frame.width))));
  const int count = static_cast<int>(panels.size());
  cv::Mat sheet(kTitleHeight + 2 * (cell.height + kGap), kGap + count * (cell.width + kGap),
                CV_8UC3, kPaper);

  int x = kGap;
  for (const Panel& panel : panels) {
    write_line(sheet, panel.title, {x, 28}, 0.75);
    write_line(sheet, panel.subtitle, {x, 54}, 0.55);

    cv::Mat whole = sheet(cv::Rect(cv::Point(x, kTitleHeight), cell));
    cv::resize(panel.bgr, whole, cell, 0, 0,
               frame.width > cell.width ? cv::INTER_AREA : cv::INTER_CUBIC);
    const double scale = double(cell.width) / frame.width;
    cv::rectangle(
        whole, cv::Rect(cv::Point(window.tl() * scale), cv::Size(cv::Point(window.size()) * scale)),
        kFrame, 2);

    cv::Mat detail = sheet(cv::Rect(cv::Point(x, kTitleHeight + cell.height + kGap), cell));
    cv::resize(panel.bgr(window), detail, cell, 0, 0, cv::INTER_NEAREST);
    x += cell.width + kGap;
  }
  if (!cv::imwrite(path.string(), sheet)) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

}  // namespace demo
