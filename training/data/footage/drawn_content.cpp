// SPDX-License-Identifier: LGPL-2.1-or-later
#include "data/footage/drawn_content.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <string>

namespace denoiseae {

namespace {

cv::Scalar random_colour(int lowest, int highest, bool colour, Rng& rng) {
  const int gray = rng.between(lowest, highest);
  if (!colour) return cv::Scalar::all(gray);
  const int green = rng.between(lowest, highest);
  return {static_cast<double>(gray), static_cast<double>(green),
          static_cast<double>(rng.between(lowest, highest))};
}

void write_lines(cv::Mat& page, const cv::Scalar& ink, Rng& rng) {
  const int font = rng.below(8);  // the fonts of Hershey
  const double scale = rng.uniform(0.3, 1.3);
  const int thickness = scale > 0.6 && rng.chance(0.5) ? 2 : 1;
  const int line =
      std::clamp(static_cast<int>(30 * scale * rng.uniform(0.8, 1.6)), 8, page.rows * 2 / 3);
  const double blank = rng.uniform(0, 0.3);
  for (int y = line; y < page.rows; y += line) {
    if (y > line && rng.chance(blank)) continue;
    const int indent = rng.chance(0.2) ? rng.between(0, page.cols / 3) : 3;
    const int letters = std::max(2, static_cast<int>((page.cols - indent) / (18 * scale)));
    cv::putText(page, random_words(letters, rng), {indent, y}, font, scale, ink, thickness,
                cv::LINE_AA);
  }
}

/// Fills the frames with parts of a page that move by the velocity in each frame.
void scroll(CleanFrames& frames, const cv::Mat& page, cv::Point2d velocity) {
  const cv::Size size = frames.front().size();
  const bool gray = frames.front().channels() == 1;
  cv::Mat source = page;
  if (gray) cv::cvtColor(page, source, cv::COLOR_BGR2GRAY);
  const auto count = static_cast<double>(frames.size() - 1);
  const cv::Point2d start(velocity.x < 0 ? -velocity.x * count : 0,
                          velocity.y < 0 ? -velocity.y * count : 0);
  for (std::size_t t = 0; t < frames.size(); ++t) {
    const cv::Point2d at = start + velocity * static_cast<double>(t);
    if (at.x == std::floor(at.x) && at.y == std::floor(at.y)) {
      frames[t] = source(cv::Rect(cv::Point(at), size)).clone();
    } else {
      const cv::Point2d middle(at.x + (size.width - 1) / 2.0, at.y + (size.height - 1) / 2.0);
      cv::getRectSubPix(source, size, middle, frames[t]);
    }
  }
}

cv::Point2d random_velocity(Rng& rng) {
  const int speed = rng.between(-6, 6);
  if (rng.chance(0.3)) return {0, 0};
  if (rng.chance(0.6)) return {0, static_cast<double>(speed)};
  if (rng.chance(0.5)) return {static_cast<double>(speed), 0};
  return {rng.uniform(-3, 3), rng.uniform(-3, 3)};
}

/// Returns an empty page that holds all frames.
cv::Mat page_for(const CleanFrames& frames, cv::Point2d velocity, const cv::Scalar& paper) {
  const auto count = static_cast<double>(frames.size());
  const int width = frames.front().cols + static_cast<int>(std::abs(velocity.x) * count) + 1;
  const int height = frames.front().rows + static_cast<int>(std::abs(velocity.y) * count) + 1;
  return {height, width, CV_8UC3, paper};
}

}  // namespace

std::string random_words(int most, Rng& rng) {
  constexpr std::string_view kLetters = "eeetaoinshrdlucmfwypvbgkETAOINSRHL0123456789.,:-";
  const int count = rng.between(1, most);
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += i > 0 && text.back() != ' ' && rng.chance(0.2)
                ? ' '
                : kLetters[rng.below(static_cast<int>(kLetters.size()))];
  }
  return text;
}

void text_page(CleanFrames& frames, Rng& rng) {
  const bool dark_paper = rng.chance(0.5);
  const bool colour = rng.chance(0.3);
  const cv::Scalar dark = random_colour(0, 70, colour, rng);
  const cv::Scalar light = random_colour(170, 255, colour, rng);
  const cv::Point2d velocity = random_velocity(rng);
  cv::Mat page = page_for(frames, velocity, dark_paper ? dark : light);
  write_lines(page, dark_paper ? light : dark, rng);
  scroll(frames, page, velocity);
}

void flat_graphics(CleanFrames& frames, Rng& rng) {
  const bool colour = rng.chance(0.8);
  const cv::Point2d velocity = random_velocity(rng);
  cv::Mat page = page_for(frames, velocity, random_colour(0, 255, colour, rng));
  const bool outlined = rng.chance(0.4);
  const cv::Scalar outline = random_colour(0, 60, false, rng);
  const int shapes = rng.between(3, 14);
  const auto point = [&] {
    const int x = rng.below(page.cols);
    return cv::Point(x, rng.below(page.rows));
  };
  for (int i = 0; i < shapes; ++i) {
    const cv::Scalar fill = random_colour(0, 255, colour, rng);
    const int thickness = rng.between(1, 4);
    const cv::Point a = point();
    const cv::Point b = point();
    switch (rng.below(4)) {
      case 0:
        cv::rectangle(page, a, b, fill, cv::FILLED);
        if (outlined) cv::rectangle(page, a, b, outline, thickness);
        break;
      case 1: {
        const int radius = rng.between(3, 40);
        cv::circle(page, a, radius, fill, cv::FILLED, cv::LINE_AA);
        if (outlined) cv::circle(page, a, radius, outline, thickness, cv::LINE_AA);
        break;
      }
      case 2: {
        const std::vector<cv::Point> corners{a, b, point()};
        cv::fillConvexPoly(page, corners, fill, cv::LINE_AA);
        if (outlined) cv::polylines(page, corners, true, outline, thickness, cv::LINE_AA);
        break;
      }
      default:
        cv::line(page, a, b, fill, thickness, cv::LINE_AA);
    }
  }
  scroll(frames, page, velocity);
}

}  // namespace denoiseae
