// SPDX-License-Identifier: LGPL-2.1-or-later
// The program denoiseae-eval within a test, and a picture to give it.
#pragma once

#include <cmath>
#include <opencv2/core.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "evaluate/eval_main.h"
#include "support/check.h"

namespace denoiseae::test {

/// Soft shapes and an edge, in colour.
inline cv::Mat test_picture(int width, int height, int number = 0) {
  cv::Mat picture(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      picture.at<cv::Vec3b>(y, x) = {
          cv::saturate_cast<std::uint8_t>(120 + 60 * std::sin(0.1 * x + number)),
          cv::saturate_cast<std::uint8_t>(110 + 50 * std::cos(0.07 * y)),
          cv::saturate_cast<std::uint8_t>(x + y > width ? 150 : 90)};
  return picture;
}

/// Waves so long that a strong blur removes the noise only, or so short that it removes them too.
inline cv::Mat waves(double pixels_each, int number) {
  cv::Mat picture(48, 48, CV_8UC1);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 48; ++x)
      picture.at<std::uint8_t>(y, x) = cv::saturate_cast<std::uint8_t>(
          128 + 80 * std::sin((x + number) * 2 * M_PI / pixels_each) * std::cos(y / pixels_each));
  return picture;
}

struct Run {
  int code;
  std::string out;
  std::string err;
};

inline Run run_eval(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "denoiseae-eval");
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int code = eval_main(static_cast<int>(argv.size()), argv.data(), out, err);
  return {code, out.str(), err.str()};
}

/// Fails the test unless the program succeeds.
inline Run eval_ok(std::vector<std::string> arguments, const std::vector<std::string>& more = {}) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  Run run = run_eval(arguments);
  ck_assert_msg(run.code == 0, "%s", run.err.c_str());
  return run;
}

/// The last numbers of the line of a table that starts with a name: PSNR and SSIM per method.
inline std::vector<double> row_of(const std::string& table, const std::string& name) {
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream fields(line.substr(name.size()));
    std::vector<double> values;
    for (double value = 0; fields >> value;) values.push_back(value);
    return values;
  }
  ck_abort_msg("no line %s in:\n%s", name.c_str(), table.c_str());
  return {};
}

inline bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// How often a part is in the text.
inline int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++count;
  return count;
}

}  // namespace denoiseae::test
